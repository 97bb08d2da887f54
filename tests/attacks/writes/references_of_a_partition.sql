-- Deletes from a partition of an open table to whose root the vault refers, with a cascade.
-- wants: write
-- proof: SELECT NOT EXISTS (SELECT FROM vlt_link)
-- setup:
CREATE TABLE target (id int PRIMARY KEY) PARTITION BY RANGE (id);
CREATE TABLE target_low PARTITION OF target FOR VALUES FROM (0) TO (10);
INSERT INTO target VALUES (1);
CREATE TABLE vlt_link (id int, target int REFERENCES target ON DELETE CASCADE);
INSERT INTO vlt_link VALUES (1, 1);
GRANT SELECT, DELETE ON target, target_low TO mallory;
-- attack:
DELETE FROM target_low WHERE id = 1;
