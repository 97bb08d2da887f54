-- Leaves the inserting to a trigger that waits for the commit.
-- wants: fill
-- attack:
BEGIN;
INSERT INTO later SELECT n, 'x' FROM generate_series(1001, 1006) n;
COMMIT;
