-- Calls the check's own parts with other arguments behind its insert.
-- wants: fill
-- attack:
BEGIN;
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1006) n;
SELECT pgtoll.witness(1000000, ARRAY[]::int[], ARRAY[]::int[], true);
SELECT pgtoll.settle(1000000, ARRAY[]::int[], ARRAY[]::int[]);
SELECT pgtoll.settled(pgtoll.changes(), 1000000, ARRAY[]::int[], ARRAY[]::int[]);
COMMIT;
