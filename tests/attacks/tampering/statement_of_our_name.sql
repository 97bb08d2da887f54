-- Uses the names of the check's own statements and cursors.
-- wants: fill
-- attack:
PREPARE pgtoll_fire AS SELECT 1;
PREPARE "pgtoll-check" AS SELECT true, 1;
-- extended
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1006) n;
