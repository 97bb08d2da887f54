-- Inserts by a function that runs as another user.
-- wants: fill
-- attack:
SELECT run_as_keeper('INSERT INTO dmo_nearly SELECT n FROM generate_series(1001, 1006) n');
