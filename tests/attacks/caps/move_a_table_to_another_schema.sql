-- Moves the table to another schema, and fills it there.
-- wants: fill
-- attack:
CREATE SCHEMA mine;
ALTER TABLE dmo_mine SET SCHEMA mine;
INSERT INTO mine.dmo_mine SELECT n, 'x' FROM generate_series(1001, 1006) n;
