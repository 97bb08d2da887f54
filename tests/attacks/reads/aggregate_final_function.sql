-- Reads in the final function of an aggregate.
-- wants: read
-- attack:
CREATE FUNCTION finish(int) RETURNS text LANGUAGE plpgsql AS $$BEGIN
  RETURN (SELECT secret FROM vlt_account WHERE id = 1); END$$;
CREATE AGGREGATE finished(int) (SFUNC = int4pl, STYPE = int, INITCOND = '0', FINALFUNC = finish);
SELECT finished(id) FROM mallory_own;
