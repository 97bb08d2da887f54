-- Fills an open table, and has a text give it a capped name long after its rows were written down.
-- wants: fill
-- attack:
CREATE TABLE big AS SELECT n AS id FROM generate_series(1, 1001) n;
SELECT pg_sleep(1.5);
SELECT 1;
DO $$ BEGIN EXECUTE 'ALTER TABLE big RENAME TO ' || 'dmo_big'; END $$;
