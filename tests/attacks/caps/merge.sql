-- Inserts what a MERGE does not match.
-- wants: fill
-- attack:
MERGE INTO dmo_nearly t USING generate_series(1, 1001) n ON t.id = n
  WHEN NOT MATCHED THEN INSERT VALUES (n, 'x') WHEN MATCHED THEN UPDATE SET v = 'm';
