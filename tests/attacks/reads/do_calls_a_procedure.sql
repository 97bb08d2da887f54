-- Calls a procedure in a block that reads and gives back what it read.
-- wants: read
-- attack:
CREATE PROCEDURE gives(INOUT v text) LANGUAGE plpgsql AS $f$ BEGIN SELECT secret INTO v FROM vlt_account LIMIT 1; END $f$;
DO $$ DECLARE v text; BEGIN CALL gives(v); RAISE NOTICE '%', v; END $$;
DO $$ DECLARE v text; x int; BEGIN GET DIAGNOSTICS x = ROW_COUNT; CALL public.gives(v => v); RAISE NOTICE '%', v; END $$;
