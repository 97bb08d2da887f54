-- Fills an open table, lets the server write down its counters, and gives the table a capped name.
-- wants: fill
-- attack:
CREATE TABLE big AS SELECT n AS id FROM generate_series(1, 1001) n;
SELECT pg_sleep(1.5);
SELECT 1;
ALTER TABLE big RENAME TO dmo_big;
