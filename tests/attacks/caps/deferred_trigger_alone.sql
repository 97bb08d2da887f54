-- Leaves the inserting to a trigger that waits for the end of the statement's own transaction.
-- wants: fill
-- attack:
INSERT INTO later SELECT n, 'x' FROM generate_series(1001, 1006) n;
