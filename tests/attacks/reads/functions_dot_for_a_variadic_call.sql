-- Calls a function with any number of arguments as if it were a column.
-- wants: read
-- attack:
CREATE FUNCTION peek(VARIADIC text[]) RETURNS text LANGUAGE sql
  AS 'SELECT secret FROM vlt_account LIMIT 1';
SELECT ('x'::text).peek;
