-- Commits after each row in a block.
-- wants: fill
-- attack:
DO $$ BEGIN FOR n IN 1001 .. 1006 LOOP INSERT INTO dmo_nearly VALUES (n); COMMIT; END LOOP; END $$;
