-- Switches triggers and rules off for the session before it fills a table.
-- wants: fill
-- attack:
SET session_replication_role = replica;
ALTER TABLE dmo_mine DISABLE TRIGGER ALL;
INSERT INTO dmo_mine SELECT n, 'x' FROM generate_series(1001, 1006) n;
