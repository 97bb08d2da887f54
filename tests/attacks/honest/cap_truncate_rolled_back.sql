-- Truncates, rolls back, and uses the room that is left.
-- attack:
BEGIN;
TRUNCATE dmo_mine;
ROLLBACK;
INSERT INTO dmo_mine SELECT n, 'x' FROM generate_series(1001, 1005) n;
