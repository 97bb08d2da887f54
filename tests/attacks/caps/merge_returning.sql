-- Merges, and asks for the rows back.
-- wants: fill
-- since: 17
-- attack:
MERGE INTO dmo_nearly t USING generate_series(1, 1001) n ON t.id = n
  WHEN NOT MATCHED THEN INSERT VALUES (n, 'x') RETURNING merge_action(), t.id;
