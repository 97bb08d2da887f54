-- Inserts one row at a time, each in a part that catches what is raised.
-- wants: fill
-- attack:
DO $$ BEGIN FOR n IN 1001 .. 1010 LOOP
  BEGIN INSERT INTO dmo_nearly VALUES (n, 'x'); EXCEPTION WHEN OTHERS THEN NULL; END;
END LOOP; END $$;
