-- Truncates its own table and fills it again.
-- attack:
BEGIN;
TRUNCATE dmo_mine;
INSERT INTO dmo_mine SELECT n, 'x' FROM generate_series(1, 1000) n;
COMMIT;
SELECT count(*) FROM dmo_mine;
