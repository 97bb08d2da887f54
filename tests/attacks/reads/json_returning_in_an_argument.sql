-- Calls a function with the default of an argument that has JSON_VALUE return a domain with a check.
-- wants: read
-- since: 17
-- attack:
CREATE FUNCTION f(a int DEFAULT JSON_VALUE('999', '$' RETURNING account_id) + 0) RETURNS int LANGUAGE sql AS 'SELECT $1';
SELECT f();
