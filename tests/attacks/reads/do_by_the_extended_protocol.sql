-- Reads in blocks that are prepared and executed.
-- wants: read
-- attack:
-- extended
DO $$ BEGIN RAISE NOTICE '%', (SELECT secret FROM vlt_account LIMIT 1); END $$;
DO $$ DECLARE v text; BEGIN IF (SELECT true) THEN SELECT secret INTO v FROM vlt_account LIMIT 1; END IF; RAISE NOTICE '%', v; END $$;
