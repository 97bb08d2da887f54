-- Names in a command what is not there, or is somebody else's, is told so by the server, and goes on.
-- attack:
TRUNCATE nothing_here;
SELECT count(*) FROM customer;
-- session: second
DROP TABLE customer;
SELECT count(*) FROM customer;
-- session: third
ALTER TABLE nothing_here ADD COLUMN a int;
SELECT count(*) FROM customer;
-- session: fourth
GRANT SELECT ON mallory_own TO nobody_here;
SELECT count(*) FROM customer;
-- session: fifth
-- extended
DROP FUNCTION nothing_here(int);
-- extended
CREATE INDEX ON nothing_here (a);
-- extended
SELECT 1::nothing_here, count(*) FROM customer;
