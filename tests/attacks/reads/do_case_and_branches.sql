-- Reads in the expressions of CASE, in ELSIF, in the bounds of loops, in a slice, in ASSERT and in RAISE.
-- wants: read
-- attack:
DO $$ BEGIN CASE (SELECT secret FROM vlt_account LIMIT 1) WHEN 'x' THEN NULL; ELSE RAISE NOTICE '%', (SELECT max(secret) FROM vlt_account); END CASE; END $$;
DO $$ BEGIN IF false THEN NULL; ELSIF (SELECT true) THEN RAISE NOTICE '%', (TABLE vlt_account LIMIT 1); END IF; END $$;
DO $$ DECLARE a text[] := ARRAY['a']; BEGIN a[1:(SELECT 1)] := ARRAY[(SELECT secret FROM vlt_account LIMIT 1)]; RAISE NOTICE '%', a; END $$;
DO $$ BEGIN ASSERT false, (SELECT secret FROM vlt_account LIMIT 1); END $$;
DO $$ BEGIN RAISE EXCEPTION USING MESSAGE = (SELECT secret FROM vlt_account LIMIT 1); END $$;
DO $$ DECLARE x text; BEGIN FOREACH x IN ARRAY (SELECT array_agg(secret) FROM vlt_account) LOOP RAISE NOTICE '%', x; END LOOP; END $$;
