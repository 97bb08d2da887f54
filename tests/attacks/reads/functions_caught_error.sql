-- Raises the value as an error, catches it and returns it.
-- wants: read
-- attack:
CREATE FUNCTION peek() RETURNS text LANGUAGE plpgsql  AS $f$
DECLARE told text;
BEGIN
  RAISE EXCEPTION '%', (SELECT secret FROM vlt_account LIMIT 1);
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS told = MESSAGE_TEXT;
  RETURN told;
END
$f$;
SELECT peek();
