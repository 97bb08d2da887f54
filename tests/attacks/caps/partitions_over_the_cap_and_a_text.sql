-- Moves rows of a table over the cap in a statement that is read, and inserts more by a text.
-- wants: fill
-- proof: SELECT count(*) > 1495 FROM dmo_parted
-- setup:
INSERT INTO dmo_parted SELECT n + 40000, 'x' FROM generate_series(1, 500) n;
-- attack:
BEGIN;
INSERT INTO dmo_nearly VALUES (1001, 'x');
UPDATE dmo_parted SET id = id + 20000 WHERE id <= 100;
SELECT run_any('INSERT INTO dmo_parted VALUES (70001, ''x'')');
COMMIT;
