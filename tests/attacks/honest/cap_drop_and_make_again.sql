-- Drops its capped table and makes it again.
-- attack:
BEGIN;
DROP TABLE dmo_mine;
CREATE TABLE dmo_mine (id int PRIMARY KEY, v text);
INSERT INTO dmo_mine SELECT n, 'x' FROM generate_series(1, 1000) n;
COMMIT;
SELECT count(*) FROM dmo_mine;
