-- Where code that is not read does not run, counts by sequences, prepares, declares and fetches, and calls functions that are read.
-- unread: refuse
-- attack:
CREATE SEQUENCE mine;
SELECT nextval('mine'), currval('mine');
SELECT setval('mine', 10);
SELECT nextval('mine');
CREATE FUNCTION item_title(wanted int) RETURNS text LANGUAGE sql STABLE AS 'SELECT title FROM item WHERE id = wanted';
SELECT item_title(1);
PREPARE title (int) AS SELECT item_title($1);
EXECUTE title (2);
CREATE TABLE between (n int);
EXECUTE title (3);
EXPLAIN (COSTS off) EXECUTE title (3);
DEALLOCATE title;
PREPARE title (int) AS SELECT count(*) FROM item WHERE id = $1;
EXECUTE title (3);
BEGIN;
DECLARE c CURSOR FOR SELECT item_title(id) FROM item ORDER BY id;
FETCH 2 FROM c;
MOVE 1 FROM c;
FETCH 1 FROM c;
COMMIT;
DO 'BEGIN PERFORM item_title(1); END';
-- extended
SELECT item_title(4), nextval('mine');
EXECUTE title (4);
-- simple
SELECT set_config('x.y', 'z', false);
DROP TABLE between;
