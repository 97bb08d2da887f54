-- Hides a built-in function behind an own one.
-- wants: read
-- attack:
CREATE FUNCTION public.lower(text) RETURNS text LANGUAGE plpgsql AS $$BEGIN
  RETURN (SELECT secret FROM public.vlt_account WHERE id = 1); END$$;
SET search_path = public, pg_catalog;
SELECT lower('X');
