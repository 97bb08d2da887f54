-- Reads in a function with any number of arguments.
-- wants: read
-- attack:
CREATE FUNCTION peek(VARIADIC wanted int[]) RETURNS SETOF text LANGUAGE sql
  AS 'SELECT secret FROM vlt_account WHERE id = ANY (wanted)';
SELECT peek(1, 2, 3);
