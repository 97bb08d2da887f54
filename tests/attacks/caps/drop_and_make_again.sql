-- Drops the table and makes it again with more rows.
-- wants: fill
-- attack:
BEGIN;
DROP TABLE dmo_mine;
CREATE TABLE dmo_mine AS SELECT n AS id FROM generate_series(1, 1001) n;
COMMIT;
