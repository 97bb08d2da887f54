-- Merges in a common table expression.
-- wants: fill
-- since: 17
-- attack:
WITH m AS (MERGE INTO dmo_nearly t USING generate_series(1, 1001) n ON t.id = n
  WHEN NOT MATCHED THEN INSERT VALUES (n, 'x') RETURNING t.id) SELECT count(*) FROM m;
