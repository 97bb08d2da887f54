-- Reads only in a branch of a CASE in a loop.
-- wants: read
-- attack:
CREATE FUNCTION peek() RETURNS text LANGUAGE plpgsql  AS $f$
BEGIN
  FOR n IN 1 .. 3 LOOP
    CASE n WHEN 1, 2 THEN CONTINUE;
    ELSE RETURN (SELECT secret FROM vlt_account WHERE id = n); END CASE;
  END LOOP;
END
$f$;
SELECT peek();
