-- Runs a text that is put together, over open tables.
-- attack:
SELECT read_any('SELECT title FROM ' || 'item' || ' WHERE id = 1');
SELECT run_any('UPDATE mallory_own SET v = ''z''');
