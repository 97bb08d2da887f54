-- Makes, changes and fills capped tables in transactions that look at one snapshot.
-- attack:
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT count(*) FROM dmo_mine;
ALTER TABLE dmo_mine ADD COLUMN note text DEFAULT 'none';
INSERT INTO dmo_mine SELECT n, 'x' FROM generate_series(2001, 2005) n;
ALTER TABLE dmo_mine RENAME TO dmo_ours;
COMMIT;
BEGIN ISOLATION LEVEL SERIALIZABLE;
CREATE TABLE dmo_new (id int PRIMARY KEY, v text);
INSERT INTO dmo_new SELECT n, 'x' FROM generate_series(1, 1000) n;
CREATE INDEX ON dmo_new (v);
ALTER TABLE dmo_new RENAME TO dmo_newer;
COMMIT;
BEGIN ISOLATION LEVEL REPEATABLE READ;
INSERT INTO dmo_parted VALUES (5, 'x'), (20001, 'y');
COMMIT;
SELECT count(*) FROM dmo_newer;
