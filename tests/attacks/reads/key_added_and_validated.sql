-- Asks by a key that is checked later whether there are such rows.
-- wants: read
-- shows: is not present in table "vlt_account"
-- attack:
CREATE TABLE probe (name text);
INSERT INTO probe VALUES ('account 1'), ('nobody');
ALTER TABLE probe ADD CONSTRAINT there FOREIGN KEY (name) REFERENCES vlt_account (name) NOT VALID;
ALTER TABLE probe VALIDATE CONSTRAINT there;
