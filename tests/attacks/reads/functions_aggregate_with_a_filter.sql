-- Reads in the final function of an aggregate of its own.
-- wants: read
-- attack:
CREATE FUNCTION finish(int) RETURNS text LANGUAGE sql AS 'SELECT secret FROM vlt_account LIMIT 1';
CREATE AGGREGATE last_of(int) (SFUNC = int4pl, STYPE = int, FINALFUNC = finish);
SELECT last_of(id) FROM item;
