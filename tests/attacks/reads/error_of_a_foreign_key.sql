-- Asks by a foreign key whether a value is there.
-- wants: read
-- shows: is not present
-- attack:
CREATE TABLE asks (id int REFERENCES vlt_account);
INSERT INTO asks VALUES (99);
