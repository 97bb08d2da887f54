-- Makes an SQL function whose body nobody checks, and calls it.
-- wants: read
-- attack:
SET check_function_bodies = off;
CREATE FUNCTION loot() RETURNS text LANGUAGE sql AS 'SELECT secret FROM vlt_account WHERE id = 1';
SELECT loot();
