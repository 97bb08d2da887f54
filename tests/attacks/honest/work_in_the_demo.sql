-- Does a day's work with tables in demo mode: reads, changes, deletes, fills again up to the cap.
-- attack:
SELECT count(*), max(id) FROM dmo_full;
UPDATE dmo_full SET v = upper(v) WHERE id < 100;
DELETE FROM dmo_full WHERE id > 990 RETURNING id;
INSERT INTO dmo_full SELECT n, 'again' FROM generate_series(991, 1000) n;
SELECT f.id, l.id FROM dmo_full f JOIN dmo_leaf l ON l.above = f.id WHERE f.id < 3 ORDER BY 1;
CREATE INDEX dmo_mine_v ON dmo_mine (v);
ALTER TABLE dmo_mine ADD COLUMN extra text DEFAULT 'x';
INSERT INTO dmo_mine VALUES (1001, 'a', 'b') RETURNING *;
CREATE TABLE dmo_new (id serial PRIMARY KEY, v text, at timestamptz DEFAULT now());
INSERT INTO dmo_new (v) SELECT 'v' || n FROM generate_series(1, 1000) n;
SELECT count(*) FROM dmo_new;
TRUNCATE dmo_new RESTART IDENTITY;
INSERT INTO dmo_new (v) VALUES ('fresh') RETURNING id;
CREATE VIEW dmo_report AS SELECT v, count(*) FROM dmo_new GROUP BY v;
SELECT * FROM dmo_report;
CREATE MATERIALIZED VIEW dmo_kept AS SELECT count(*) AS n FROM dmo_full;
REFRESH MATERIALIZED VIEW dmo_kept;
SELECT * FROM dmo_kept;
VACUUM ANALYZE dmo_new;
UPDATE dmo_parted SET id = id + 1 WHERE id = 10001;
DROP TABLE dmo_new CASCADE;
