-- Reads a table whose name must be quoted.
-- wants: read
-- attack:
-- together
SELECT "Secret" FROM office."VltMixed"
