-- Inserts one row into a table that is full.
-- wants: fill
-- attack:
INSERT INTO dmo_full VALUES (1001, 'x');
