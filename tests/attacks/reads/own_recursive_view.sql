-- Makes a recursive view and reads it.
-- wants: read
-- attack:
CREATE RECURSIVE VIEW loot (n, s) AS SELECT 1, ''::text UNION ALL
  SELECT n + 1, secret FROM loot JOIN vlt_account a ON a.id = n WHERE n < 4;
SELECT * FROM loot;
