-- Makes a column of a domain that tells the secret.
-- wants: read
-- attack:
CREATE TABLE loot (a account_id);
INSERT INTO loot VALUES (99);
