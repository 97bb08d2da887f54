-- Turns triggers off by a setting that a DBA has given away.
-- wants: fill
-- setup:
GRANT SET ON PARAMETER session_replication_role TO mallory;
-- attack:
SET session_replication_role = replica;
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1006) n;
