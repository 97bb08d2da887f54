-- Makes a table of a query and one like another.
-- attack:
CREATE TABLE copied_items AS SELECT id, title FROM item;
CREATE TABLE like_items (LIKE item INCLUDING ALL);
SELECT count(*) FROM copied_items;
