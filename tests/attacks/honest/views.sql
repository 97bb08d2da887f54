-- Makes a view of an open table and reads it.
-- attack:
CREATE VIEW cheap AS SELECT id, title FROM item WHERE price < 5;
SELECT * FROM cheap ORDER BY id;
UPDATE cheap SET title = 'renamed' WHERE id = 1;
