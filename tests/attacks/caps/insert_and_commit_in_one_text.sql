-- Begins, inserts and commits in one text.
-- wants: fill
-- attack:
-- together
BEGIN; INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1006) n; COMMIT;
