-- Ends its session soon, with the rows in it.
-- wants: fill
-- attack:
SET idle_session_timeout = '1s';
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1006) n;
