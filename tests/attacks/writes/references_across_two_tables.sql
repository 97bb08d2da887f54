-- Deletes an open row; what refers to it goes, and with that what refers to it in the vault.
-- wants: write
-- proof: SELECT NOT EXISTS (SELECT FROM vlt_link)
-- setup:
CREATE TABLE one (id int PRIMARY KEY);
CREATE TABLE two (id int PRIMARY KEY, one int REFERENCES one ON DELETE CASCADE);
CREATE TABLE vlt_link (id int, two int REFERENCES two ON DELETE CASCADE);
INSERT INTO one VALUES (1);
INSERT INTO two VALUES (1, 1);
INSERT INTO vlt_link VALUES (1, 1);
GRANT SELECT, DELETE ON one TO mallory;
-- attack:
DELETE FROM one;
