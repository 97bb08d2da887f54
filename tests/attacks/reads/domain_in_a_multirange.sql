-- Writes a multirange whose element's domain is checked by a function that reads.
-- wants: read
-- attack:
CREATE FUNCTION f_check(int) RETURNS boolean LANGUAGE plpgsql AS $$BEGIN
  RAISE NOTICE '%', (SELECT secret FROM public.vlt_account WHERE id = 1); RETURN true; END$$;
CREATE DOMAIN evil AS int CHECK (f_check(value));
CREATE TYPE evilrange AS RANGE (subtype = evil);
SELECT '{[1,2)}'::evilmultirange;
