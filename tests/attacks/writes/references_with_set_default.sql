-- Deletes an open row to which the vault refers, whose key is then set to its default.
-- wants: write
-- proof: SELECT EXISTS (SELECT FROM vlt_link WHERE target IS NULL OR target = 2)
-- setup:
CREATE TABLE target (id int PRIMARY KEY);
INSERT INTO target VALUES (1), (2);
CREATE TABLE vlt_link (id int, target int DEFAULT 2 REFERENCES target ON DELETE SET DEFAULT);
INSERT INTO vlt_link VALUES (1, 1);
GRANT SELECT, DELETE ON target TO mallory;
-- attack:
DELETE FROM target WHERE id = 1;
