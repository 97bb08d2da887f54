-- Leaves the check no time.
-- wants: fill
-- attack:
SET statement_timeout = '30ms';
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1006) n;
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1006) n;
