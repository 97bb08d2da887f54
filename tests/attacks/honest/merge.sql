-- Merges into an own table.
-- attack:
MERGE INTO mallory_own m USING item i ON m.id = i.id WHEN MATCHED THEN UPDATE SET v = i.title
  WHEN NOT MATCHED AND i.id < 5 THEN INSERT VALUES (i.id, i.title);
SELECT * FROM mallory_own ORDER BY id;
