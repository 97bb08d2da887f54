-- Leaves the check no time: so little at first that there is none for the statement, then a bit more.
-- wants: fill
-- attack:
SET statement_timeout = '10ms';
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1006) n;
SET statement_timeout = '30ms';
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(2001, 2006) n;
SET statement_timeout = '30ms';
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(3001, 3006) n;
SET statement_timeout = '100ms';
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(4001, 4006) n;
SET statement_timeout = '300ms';
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(5001, 5006) n;
SET statement_timeout = '1s';
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(6001, 6006) n;
SET statement_timeout = '10s';
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(7001, 7006) n;
