-- Calls the witness inside an exception block around the reading.
-- wants: read
-- attack:
DO $$ DECLARE x text; BEGIN
  BEGIN x := (SELECT secret FROM vlt_account WHERE id = 1);
    PERFORM pgtoll.witness(1000, '{}'::int[], '{}'::int[], true); RAISE division_by_zero;
  EXCEPTION WHEN OTHERS THEN NULL; END;
  RAISE NOTICE '%', x; END $$;
