-- Defers everything that can be deferred until the check has passed.
-- wants: fill
-- attack:
BEGIN;
SET CONSTRAINTS ALL DEFERRED;
INSERT INTO later SELECT n, 'x' FROM generate_series(1001, 1006) n;
SET CONSTRAINTS ALL DEFERRED;
COMMIT;
