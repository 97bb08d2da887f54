-- Calls a procedure that reads, inside a body.
-- wants: read
-- attack:
CREATE PROCEDURE deep(INOUT found text) LANGUAGE plpgsql
  AS 'BEGIN SELECT secret INTO found FROM vlt_account LIMIT 1; END';
CREATE FUNCTION peek() RETURNS text LANGUAGE plpgsql  AS $f$
DECLARE found text := '';
BEGIN CALL deep(found); RETURN found; END
$f$;
SELECT peek();
