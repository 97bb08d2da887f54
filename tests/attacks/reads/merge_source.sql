-- Merges from a licensed source.
-- wants: read
-- attack:
MERGE INTO mallory_own m USING vlt_account a ON m.id = a.id
  WHEN MATCHED THEN UPDATE SET v = a.secret;
SELECT v FROM mallory_own;
