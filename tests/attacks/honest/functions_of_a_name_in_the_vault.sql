-- Calls one of two functions of a name, the other of which reads the vault.
-- setup:
CREATE FUNCTION named(int) RETURNS text LANGUAGE sql AS 'SELECT title FROM item WHERE id = $1';
CREATE FUNCTION named(text) RETURNS text LANGUAGE sql AS 'SELECT secret FROM vlt_account LIMIT 1';
-- attack:
SELECT named(1);
