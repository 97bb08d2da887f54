-- Deletes an open row, which sets some columns of a licensed key to NULL.
-- wants: write
-- proof: SELECT EXISTS (SELECT FROM vlt_link WHERE b IS NULL)
-- setup:
CREATE TABLE target (a int, b int, PRIMARY KEY (a, b));
INSERT INTO target VALUES (1, 1);
CREATE TABLE vlt_link (a int, b int, FOREIGN KEY (a, b) REFERENCES target ON DELETE SET NULL (b));
INSERT INTO vlt_link VALUES (1, 1);
GRANT SELECT, DELETE ON target TO mallory;
-- attack:
DELETE FROM target;
