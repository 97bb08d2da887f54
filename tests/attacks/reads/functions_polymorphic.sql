-- Reads in a function of any type.
-- wants: read
-- attack:
CREATE FUNCTION peek(one anyelement) RETURNS text LANGUAGE sql
  AS 'SELECT secret FROM vlt_account LIMIT 1';
SELECT peek('x'::text), peek(1);
