-- Deletes fewer rows than a MERGE inserts.
-- wants: fill
-- since: 17
-- attack:
MERGE INTO dmo_nearly t USING generate_series(3, 1003) n ON t.id = n
  WHEN NOT MATCHED BY SOURCE THEN DELETE WHEN NOT MATCHED THEN INSERT VALUES (n, 'x');
