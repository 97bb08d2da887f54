-- Merges and returns the source.
-- wants: read
-- since: 17
-- attack:
MERGE INTO mallory_own m USING vlt_account a ON m.id = a.id
  WHEN MATCHED THEN DO NOTHING WHEN NOT MATCHED THEN INSERT VALUES (a.id, a.secret) RETURNING a.secret;
