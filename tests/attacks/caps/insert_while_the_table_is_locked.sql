-- Queues two inserts behind a lock, and lets both go at once.
-- wants: fill
-- attack:
BEGIN;
LOCK TABLE dmo_mine;
-- session: second
-- without waiting
INSERT INTO dmo_mine SELECT n, 'x' FROM generate_series(1001, 1004) n;
-- session: third
-- without waiting
INSERT INTO dmo_mine SELECT n, 'x' FROM generate_series(1005, 1008) n;
-- session: first
COMMIT;
