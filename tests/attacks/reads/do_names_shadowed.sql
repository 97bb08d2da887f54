-- Has variables named like the table and its column around it.
-- wants: read
-- attack:
DO $$ DECLARE vlt_account text; secret text; BEGIN
  SELECT v.secret INTO vlt_account FROM vlt_account v LIMIT 1;
  RAISE NOTICE '%', vlt_account;
EXCEPTION WHEN ambiguous_column THEN NULL; END $$;
DO $$ DECLARE r vlt_account%ROWTYPE; BEGIN SELECT * INTO r FROM vlt_account LIMIT 1; RAISE NOTICE '%', r; END $$;
DO $$ DECLARE r vlt_account; BEGIN r := (SELECT a FROM vlt_account a LIMIT 1); RAISE NOTICE '%', r.secret; END $$;
