-- Reads an existing row by an upsert of its key.
-- wants: read
-- attack:
INSERT INTO vlt_account VALUES (1, 'n', 's') ON CONFLICT (id) DO UPDATE SET amount = 1 RETURNING secret;
