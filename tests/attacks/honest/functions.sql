-- Makes an SQL function over open tables and calls it.
-- attack:
CREATE FUNCTION item_title(int) RETURNS text LANGUAGE sql STABLE AS 'SELECT title FROM item WHERE id = $1';
SELECT item_title(3);
SELECT item_title(id) FROM mallory_own ORDER BY id;
