-- Reads by cursors, in transactions and beyond them, in both directions and in functions.
-- attack:
DECLARE kept CURSOR WITH HOLD FOR SELECT id, name FROM customer ORDER BY id;
FETCH 2 FROM kept;
MOVE FORWARD 3 IN kept;
FETCH NEXT FROM kept;
CLOSE kept;
BEGIN;
DECLARE back SCROLL CURSOR FOR SELECT id FROM orders ORDER BY id;
FETCH LAST FROM back;
FETCH RELATIVE -2 FROM back;
FETCH ABSOLUTE 5 FROM back;
FETCH BACKWARD 2 FROM back;
DECLARE doomed CURSOR FOR SELECT * FROM mallory_own ORDER BY id FOR UPDATE;
FETCH doomed;
UPDATE mallory_own SET v = 'cursor' WHERE CURRENT OF doomed;
FETCH doomed;
DELETE FROM mallory_own WHERE CURRENT OF doomed;
COMMIT;
SELECT * FROM mallory_own ORDER BY id;
CREATE FUNCTION open_items(wanted numeric) RETURNS refcursor LANGUAGE plpgsql AS $$
  DECLARE c refcursor := 'items';
  BEGIN OPEN c FOR SELECT id, price FROM item WHERE price > wanted ORDER BY id; RETURN c; END $$;
BEGIN;
SELECT open_items(17);
FETCH ALL IN items;
COMMIT;
SELECT name, is_holdable FROM pg_cursors;
