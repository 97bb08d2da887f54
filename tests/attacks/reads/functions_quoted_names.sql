-- Names the table and a function in quotes.
-- wants: read
-- attack:
CREATE FUNCTION "Odd Name"() RETURNS text LANGUAGE sql AS 'SELECT "Secret" FROM office."VltMixed"';
CREATE FUNCTION calls_odd() RETURNS text LANGUAGE plpgsql AS 'BEGIN RETURN public."Odd Name"(); END';
SELECT calls_odd();
