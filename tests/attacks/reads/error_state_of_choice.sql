-- Says by the SQLSTATE of an error, one that applications act on, what a row begins with.
-- wants: read
-- shows: 55P03
-- attack:
DO $$ BEGIN
  IF (SELECT secret FROM vlt_account LIMIT 1) LIKE 'top%' THEN
    RAISE EXCEPTION SQLSTATE '55P03';
  ELSE
    RAISE EXCEPTION SQLSTATE '57014';
  END IF;
END $$;
