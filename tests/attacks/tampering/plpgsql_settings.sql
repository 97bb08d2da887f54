-- Has PL/pgSQL find errors in the check.
-- wants: fill
-- attack:
SET plpgsql.extra_errors = 'all';
SET plpgsql.check_asserts = on;
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1006) n;
