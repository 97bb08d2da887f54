-- Inserts rows of an open table.
-- wants: write
-- attack:
INSERT INTO vlt_account (id, name, secret) SELECT id + 100, title, 'x' FROM item;
