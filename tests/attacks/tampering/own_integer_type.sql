-- Makes a type of its own stand where the check's text says int.
-- wants: fill
-- attack:
CREATE DOMAIN public.int4 AS pg_catalog.int4 CHECK (VALUE > 1000000);
SET search_path = public, pg_catalog;
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1006) n;
