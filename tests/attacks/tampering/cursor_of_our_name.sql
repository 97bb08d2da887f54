-- Uses the name of the check's own portal.
-- wants: fill
-- attack:
BEGIN;
DECLARE "pgtoll-check" CURSOR FOR SELECT true, 1;
-- extended
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1006) n;
COMMIT;
