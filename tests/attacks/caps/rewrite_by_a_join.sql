-- Makes a table with more rows than there were, when the rows' types change.
-- wants: fill
-- attack:
BEGIN;
INSERT INTO dmo_mine SELECT n, 'x' FROM generate_series(1001, 1003) n;
ALTER TABLE dmo_mine ALTER COLUMN v TYPE varchar(9) USING left(v, 9);
INSERT INTO dmo_mine SELECT n, 'x' FROM generate_series(1004, 1006) n;
COMMIT;
