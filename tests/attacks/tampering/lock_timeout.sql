-- Leaves the check no time to wait for its lock.
-- wants: fill
-- attack:
SET lock_timeout = '1ms';
SET idle_in_transaction_session_timeout = '1ms';
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1006) n;
