-- Prepares, executes and drops statements in SQL.
-- attack:
PREPARE p (int) AS SELECT title FROM item WHERE id = $1;
EXECUTE p (1);
EXECUTE p (2);
DEALLOCATE p;
