-- Gives more arguments to a function than the one that others know by its name takes.
-- wants: read
-- attack:
CREATE FUNCTION hex(int, text) RETURNS text LANGUAGE sql AS 'SELECT $2';
-- together
SELECT hex(1, (SELECT max(secret) FROM vlt_account))
