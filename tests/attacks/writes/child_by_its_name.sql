-- Writes a child that has a name of nobody's.
-- wants: write
-- attack:
DELETE FROM branch;
