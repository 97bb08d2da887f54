-- Inserts into a table whose default reads the vault.
-- wants: read
-- attack:
INSERT INTO invoice (id) VALUES (2) RETURNING note;
