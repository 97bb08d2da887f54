-- Merges inserts into a licensed table.
-- wants: write
-- attack:
MERGE INTO vlt_account a USING item i ON a.id = i.id + 100
  WHEN NOT MATCHED THEN INSERT (id, name, secret) VALUES (i.id + 100, i.title, 'x');
