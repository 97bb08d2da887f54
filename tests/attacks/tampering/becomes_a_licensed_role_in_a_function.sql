-- Runs a function as a licensed role.
-- wants: read
-- setup:
GRANT alice TO mallory;
-- attack:
CREATE FUNCTION f() RETURNS SETOF text LANGUAGE plpgsql SET role = 'alice' AS $$BEGIN
  RETURN QUERY SELECT secret FROM vlt_account; END$$;
SELECT f();
