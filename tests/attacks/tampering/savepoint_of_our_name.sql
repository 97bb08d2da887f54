-- Uses the name of the check's own savepoint.
-- wants: fill
-- attack:
BEGIN;
SAVEPOINT pgtoll;
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1006) n;
RELEASE SAVEPOINT pgtoll;
SAVEPOINT pgtoll;
COMMIT;
