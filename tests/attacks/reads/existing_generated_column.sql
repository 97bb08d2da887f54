-- Inserts into a table whose generated column reads the vault.
-- wants: read
-- attack:
INSERT INTO invoice (id, account) VALUES (1, 1) RETURNING fixed;
