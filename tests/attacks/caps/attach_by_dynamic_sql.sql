-- Attaches by text made at run time.
-- wants: fill
-- attack:
CREATE TABLE dmo_own (id int, v text) PARTITION BY RANGE (id);
CREATE TABLE big AS SELECT n AS id, 'x'::text AS v FROM generate_series(1, 1001) n;
DO $$ BEGIN EXECUTE 'ALTER TABLE dmo_own ATTACH ' || 'PARTITION big DEFAULT'; END $$;
