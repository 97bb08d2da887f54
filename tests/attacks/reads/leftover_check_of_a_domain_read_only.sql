-- Casts to a domain twice in a session whose transactions are read-only.
-- wants: read
-- attack:
CREATE FUNCTION peek() RETURNS text LANGUAGE plpgsql IMMUTABLE AS $f$
DECLARE found text; BEGIN EXECUTE 'SELECT secret FROM vlt_' || 'account LIMIT 1' INTO found; RETURN found; END
$f$;
CREATE FUNCTION tell(what text) RETURNS bool LANGUAGE plpgsql AS $f$ BEGIN RAISE NOTICE '%', what; RETURN true; END $f$;
CREATE DOMAIN told AS text CHECK (tell(peek() || VALUE));
SET default_transaction_read_only = on;
SELECT 'x'::told;
SELECT 'x'::told;
