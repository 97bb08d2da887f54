-- Merges into a view on the table.
-- wants: fill
-- since: 17
-- attack:
MERGE INTO dmo_view t USING generate_series(1, 1001) n ON t.id = n
  WHEN NOT MATCHED THEN INSERT VALUES (n, 'x');
