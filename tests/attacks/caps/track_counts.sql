-- Turns off what the server counts by a setting that a DBA has given away.
-- wants: fill
-- setup:
GRANT SET ON PARAMETER track_counts TO mallory;
-- attack:
SET track_counts = off;
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1006) n;
