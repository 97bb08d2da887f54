-- Gives statements so little time that a check might fail and the insert not.
-- wants: fill
-- attack:
SET statement_timeout = '0';
SET lock_timeout = '1ms';
SET transaction_timeout = 0;
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1006) n;
