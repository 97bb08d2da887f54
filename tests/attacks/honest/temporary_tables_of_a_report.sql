-- Builds a report in temporary tables.
-- attack:
CREATE TEMP TABLE work AS SELECT customer, sum(total) AS total FROM orders GROUP BY customer;
CREATE INDEX ON work (total);
ANALYZE work;
CREATE TEMPORARY TABLE gone (n int) ON COMMIT DROP;
CREATE TEMP TABLE emptied (n int) ON COMMIT DELETE ROWS;
BEGIN;
INSERT INTO emptied SELECT generate_series(1, 1500);
SELECT count(*) FROM emptied;
COMMIT;
SELECT count(*) FROM emptied;
SELECT * FROM work WHERE total = (SELECT max(total) FROM work) ORDER BY customer;
CREATE TEMP VIEW top AS SELECT * FROM work ORDER BY total DESC, customer LIMIT 3;
SELECT * FROM top;
SELECT * INTO TEMP kept FROM top;
ALTER TABLE kept ADD COLUMN name text;
UPDATE kept SET name = c.name FROM customer c WHERE c.id = kept.customer;
SELECT * FROM kept ORDER BY customer;
CREATE TEMP SEQUENCE s;
SELECT nextval('s'), currval('pg_temp.s');
DISCARD TEMP;
SELECT to_regclass('work');
