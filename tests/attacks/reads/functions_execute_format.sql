-- Hides the table's name in pieces of a format.
-- wants: read
-- attack:
CREATE FUNCTION peek() RETURNS SETOF text LANGUAGE plpgsql  AS $f$
BEGIN RETURN QUERY EXECUTE format('SELECT secret FROM %I', 'vlt' || '_account'); END
$f$;
SELECT peek();
