-- Writes a licensed table in branches of blocks, one of which commits.
-- wants: write
-- attack:
DO $$ BEGIN IF (SELECT true) THEN UPDATE vlt_account SET secret = 'x'; END IF; END $$;
DO $$ BEGIN CASE 1 WHEN 1 THEN DELETE FROM vlt_mine; END CASE; COMMIT; END $$;
DO $$ BEGIN MERGE INTO vlt_mine a USING (SELECT 1 AS id) s ON a.id = s.id
  WHEN NOT MATCHED THEN INSERT VALUES (s.id, 'x'); END $$;
