-- Makes mistakes beside what it has prepared and opened, and goes on with code that is not read.
-- attack:
PREPARE by_price (int) AS SELECT title FROM item WHERE price = $1 ORDER BY id;
EXECUTE by_price (3);
BEGIN;
EXECUTE by_price (4);
SELECT nothing FROM item;
ROLLBACK;
SELECT read_any('SELECT title FROM ' || 'item' || ' WHERE id = 1');
BEGIN;
DECLARE c CURSOR FOR SELECT id FROM item ORDER BY id;
FETCH 2 FROM c;
MOVE 1 FROM c;
SELECT nothing FROM item;
ROLLBACK;
SELECT read_any('SELECT title FROM ' || 'item' || ' WHERE id = 2');
SELECT current_setting('x.nothing', true) IS NULL;
