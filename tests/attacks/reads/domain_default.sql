-- Inserts into a column without a default, whose domain has one that reads the vault.
-- wants: read
-- attack:
CREATE DOMAIN leak AS text DEFAULT account_text(1);
CREATE TABLE l (a int, b leak);
INSERT INTO l (a) VALUES (1) RETURNING b;
