-- Reads a table with capitals in another schema.
-- wants: read
-- attack:
SELECT "Secret" FROM office."VltMixed";
