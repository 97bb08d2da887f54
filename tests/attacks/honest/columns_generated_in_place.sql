-- Uses columns that are computed when they are read, and changes how.
-- since: 18
-- attack:
CREATE TABLE box (id int PRIMARY KEY, w int, h int, area int GENERATED ALWAYS AS (w * h) VIRTUAL, label text GENERATED ALWAYS AS (upper('b' || w::text)) STORED);
INSERT INTO box (id, w, h) VALUES (1, 2, 3), (2, 4, 5) RETURNING *;
SELECT area, label FROM box ORDER BY area;
ALTER TABLE box ALTER COLUMN area SET EXPRESSION AS (w * h * 2);
ALTER TABLE box ALTER COLUMN label SET EXPRESSION AS (lower('B' || w::text));
SELECT * FROM box ORDER BY id;
UPDATE box SET w = 10 WHERE id = 1 RETURNING OLD.area, NEW.area, old.w, new.*;
DELETE FROM box WHERE id = 2 RETURNING WITH (OLD AS o) o.area;
ALTER TABLE box ADD COLUMN twice int GENERATED ALWAYS AS (w * 2);
SELECT twice FROM box;
ALTER TABLE box ALTER COLUMN label DROP EXPRESSION;
ALTER TABLE box ADD CONSTRAINT wide NOT NULL w NOT VALID;
ALTER TABLE box VALIDATE CONSTRAINT wide;
SELECT uuidv7() IS NOT NULL, casefold('ß'), array_sort(ARRAY[3, 1]), array_reverse(ARRAY[1, 2]), crc32('x'), reverse('\x0102'::bytea), gamma(5);
