-- Calls a function with a default argument as if it were a column.
-- wants: read
-- attack:
CREATE FUNCTION peek(mallory_own, int DEFAULT 1) RETURNS text LANGUAGE sql
  AS 'SELECT secret FROM vlt_account LIMIT 1';
SELECT m.peek FROM mallory_own m;
