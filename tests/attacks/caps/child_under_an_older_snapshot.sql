-- Fills a child that became one after the snapshot of the transaction that fills it.
-- wants: fill
-- proof: SELECT count(*) > 1000 FROM kid
-- attack:
CREATE TABLE dmo_own (id int, v text);
CREATE TABLE kid (id int, v text);
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT 1;
-- session: second
ALTER TABLE kid INHERIT dmo_own;
-- session: first
INSERT INTO kid SELECT n, 'x' FROM generate_series(2001, 5990) n;
COMMIT;
