-- Renames a table that is over the cap since before, and gives it a column.
-- setup:
INSERT INTO dmo_mine SELECT n + 50000, 'x' FROM generate_series(1, 1200) n;
SELECT pg_stat_force_next_flush();
-- attack:
ALTER TABLE dmo_mine RENAME TO dmo_ours;
ALTER TABLE dmo_ours ADD COLUMN note text;
UPDATE dmo_ours SET note = 'kept' WHERE id = 50001;
DELETE FROM dmo_ours WHERE id = 50002;
BEGIN;
ALTER TABLE dmo_ours RENAME TO dmo_theirs;
ALTER TABLE dmo_theirs RENAME TO dmo_mine;
COMMIT;
SELECT count(*) FROM dmo_mine;
