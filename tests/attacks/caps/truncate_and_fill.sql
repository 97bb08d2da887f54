-- Truncates and fills again in one transaction, with more than there was.
-- wants: fill
-- attack:
BEGIN;
TRUNCATE dmo_mine;
INSERT INTO dmo_mine SELECT n, 'x' FROM generate_series(1, 1001) n;
COMMIT;
