-- Inserts single rows, each with a statement of its own.
-- wants: fill
-- attack:
-- repeat: 1001..1006
INSERT INTO dmo_nearly VALUES ({n}, 'x');
