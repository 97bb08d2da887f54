-- Writes in a DO block behind an exception block.
-- wants: write
-- attack:
DO $$ BEGIN
  BEGIN PERFORM 1 / 0; EXCEPTION WHEN division_by_zero THEN UPDATE vlt_account SET secret = 'x'; END;
END $$;
