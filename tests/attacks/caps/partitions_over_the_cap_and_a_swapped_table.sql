-- Inserts where another session has put a view on a table over the cap, whose rows were moved before.
-- wants: fill
-- proof: SELECT count(*) > 1495 FROM dmo_parted
-- setup:
INSERT INTO dmo_parted SELECT n + 40000, 'x' FROM generate_series(1, 500) n;
-- attack:
-- session: second
BEGIN;
ALTER TABLE mallory_own RENAME TO moved_away;
CREATE VIEW mallory_own AS SELECT id, v FROM dmo_parted;
-- session: first
BEGIN;
INSERT INTO dmo_nearly VALUES (1001, 'x');
UPDATE dmo_parted SET id = id + 20000 WHERE id <= 100;
-- without waiting
INSERT INTO mallory_own VALUES (70001, 'x'), (70002, 'x');
COMMIT;
-- session: second
SELECT pg_sleep(0.5);
COMMIT;
-- session: first
