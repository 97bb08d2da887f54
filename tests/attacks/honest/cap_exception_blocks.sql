-- Inserts what is there already, and catches the mistake.
-- attack:
DO $$ BEGIN
  FOR n IN 994 .. 1000 LOOP
    BEGIN INSERT INTO dmo_nearly VALUES (n, 'x'); EXCEPTION WHEN unique_violation THEN NULL; END;
  END LOOP;
END $$;
SELECT count(*) FROM dmo_nearly;
