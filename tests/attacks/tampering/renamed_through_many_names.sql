-- Renames a licensed table back and forth within one transaction.
-- wants: read
-- attack:
BEGIN;
ALTER TABLE vlt_mine RENAME TO a;
ALTER TABLE a RENAME TO b;
ALTER TABLE b SET SCHEMA office;
ALTER TABLE office.b RENAME TO desk_2;
COMMIT;
SELECT secret FROM office.desk_2;
