-- Lets the search path say which table is meant.
-- wants: read
-- attack:
SET search_path = office;
SELECT "Secret" FROM "VltMixed";
