-- Ends the text in a comment, for whatever is put behind it.
-- wants: fill
-- attack:
-- together
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1006) n --
