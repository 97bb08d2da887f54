-- Writes by the expression of an index while a row is inserted.
-- wants: write
-- attack:
CREATE FUNCTION w(text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$BEGIN RETURN $1; END$$;
CREATE INDEX ON mallory_own (w(v));
CREATE OR REPLACE FUNCTION w(text) RETURNS text LANGUAGE plpgsql AS $$BEGIN
  DELETE FROM public.vlt_note; RETURN $1; END$$;
INSERT INTO mallory_own VALUES (100, 'x');
