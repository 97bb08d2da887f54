-- Runs a function under a setting that names somebody else.
-- wants: read
-- attack:
CREATE FUNCTION f() RETURNS SETOF text LANGUAGE plpgsql SET pgtoll.user = 'alice' AS $$BEGIN
  RETURN QUERY SELECT secret FROM vlt_account; END$$;
SELECT f();
