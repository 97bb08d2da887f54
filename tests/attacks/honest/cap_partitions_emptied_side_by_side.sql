-- Empties and fills two partitions in two transactions at once, as pg_restore --jobs does.
-- attack:
BEGIN;
TRUNCATE TABLE ONLY dmo_low;
-- session: second
-- without waiting
BEGIN;
TRUNCATE TABLE ONLY high;
INSERT INTO high SELECT n, 'x' FROM generate_series(10001, 10500) n;
COMMIT;
-- session: first
INSERT INTO dmo_low SELECT n, 'x' FROM generate_series(1, 500) n;
COMMIT;
SELECT tableoid::regclass, count(*) FROM dmo_parted GROUP BY 1 ORDER BY 1;
-- extended
BEGIN;
TRUNCATE dmo_parted;
INSERT INTO dmo_parted SELECT n, 'x' FROM generate_series(1, 1000) n;
COMMIT;
TRUNCATE high;
