-- Merges a thousand rows.
-- attack:
MERGE INTO dmo_nearly t USING generate_series(1, 1000) n ON t.id = n
  WHEN NOT MATCHED THEN INSERT VALUES (n, 'm') WHEN MATCHED THEN UPDATE SET v = 'm';
