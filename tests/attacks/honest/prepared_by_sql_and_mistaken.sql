-- Goes on with what it has prepared by SQL after mistakes in statements that are watched.
-- attack:
CREATE TABLE num (n int PRIMARY KEY, sq int);
INSERT INTO num SELECT g, g * g FROM generate_series(1, 10) g;
PREPARE of_number(int) AS SELECT sq FROM num WHERE n = $1;
EXECUTE of_number(7);
ALTER TABLE no_such_table ADD x int;
EXECUTE of_number(8);
PREPARE adds(int) AS INSERT INTO num VALUES ($1) RETURNING n;
EXECUTE adds(11);
TRUNCATE no_such_table;
SELECT name, statement FROM pg_prepared_statements ORDER BY 1;
DEALLOCATE adds;
BEGIN;
EXECUTE of_number(2);
COMMIT;
