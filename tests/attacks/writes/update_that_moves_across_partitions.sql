-- Moves a row of an open table between partitions, which deletes and inserts, and cascades.
-- wants: write
-- proof: SELECT EXISTS (SELECT FROM vlt_link WHERE target = 15)
-- setup:
CREATE TABLE target (id int PRIMARY KEY) PARTITION BY RANGE (id);
CREATE TABLE target_low PARTITION OF target FOR VALUES FROM (0) TO (10);
CREATE TABLE target_high PARTITION OF target FOR VALUES FROM (10) TO (20);
INSERT INTO target VALUES (1);
CREATE TABLE vlt_link (id int, target int REFERENCES target ON UPDATE CASCADE);
INSERT INTO vlt_link VALUES (1, 1);
GRANT SELECT, UPDATE ON target TO mallory;
-- attack:
UPDATE target SET id = 15 WHERE id = 1;
