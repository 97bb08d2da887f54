-- Inserts more rows at once than there is room for.
-- wants: fill
-- attack:
INSERT INTO dmo_nearly SELECT n FROM generate_series(1001, 1006) n;
