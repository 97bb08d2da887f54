-- Makes mistakes while it alters and renames tables, and goes on with code that is not read.
-- attack:
CREATE TABLE grown (id int PRIMARY KEY, title text, price int CHECK (price >= 0));
INSERT INTO grown VALUES (1, 'one', 5), (2, NULL, 7);
ALTER TABLE grown ALTER title SET NOT NULL;
SELECT read_any('SELECT title FROM ' || 'item' || ' WHERE id = 1');
ALTER TABLE grown ADD CONSTRAINT cheap CHECK (price < 6);
SELECT read_any('SELECT title FROM ' || 'item' || ' WHERE id = 2');
ALTER TABLE grown RENAME COLUMN nothing TO something;
ALTER TABLE IF EXISTS nothing_there ADD COLUMN a int;
ALTER TABLE grown DROP COLUMN nothing;
ALTER TABLE grown ALTER title TYPE int USING length(title);
SELECT read_any('SELECT title FROM ' || 'item' || ' WHERE id = 3');
ALTER TABLE grown RENAME TO grown_up;
ALTER INDEX grown_pkey RENAME TO grown_key;
SELECT current_setting('x.nothing', true) IS NULL;
SELECT read_any('SELECT title FROM ' || 'item' || ' WHERE id = 4');
TABLE grown_up;
