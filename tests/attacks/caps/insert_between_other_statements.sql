-- Hides the insert between harmless statements of one text.
-- wants: fill
-- attack:
-- together
SELECT 1; INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1006) n; SELECT 2;
