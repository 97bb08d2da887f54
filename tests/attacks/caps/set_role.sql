-- Inserts as another role, and then as itself again.
-- wants: fill
-- setup:
CREATE ROLE helper;
GRANT helper TO mallory;
GRANT USAGE ON SCHEMA public TO helper;
GRANT INSERT ON dmo_nearly TO helper;
-- attack:
SET ROLE helper;
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1003) n;
RESET ROLE;
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1004, 1006) n;
