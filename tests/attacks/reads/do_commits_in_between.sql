-- Commits in a block what it has read into an own table, then goes on.
-- wants: read
-- attack:
DO $$ BEGIN
  IF (SELECT true) THEN INSERT INTO mallory_own SELECT 100 + id, secret FROM vlt_account; END IF;
  COMMIT;
  INSERT INTO mallory_own VALUES (-1, 'x');
  ROLLBACK;
END $$;
SELECT v FROM mallory_own;
