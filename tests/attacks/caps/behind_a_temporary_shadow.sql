-- Fills a temporary table of the capped name, drops it, and uses the same statement again.
-- wants: fill
-- attack:
CREATE TEMP TABLE dmo_nearly (id int, v text);
PREPARE p AS INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1006) n;
EXECUTE p;
DROP TABLE pg_temp.dmo_nearly;
EXECUTE p;
