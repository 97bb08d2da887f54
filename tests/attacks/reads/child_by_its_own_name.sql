-- Reads a child that has a name of nobody's.
-- wants: read
-- attack:
SELECT secret FROM branch;
