-- Inserts many rows at once.
-- wants: write
-- attack:
INSERT INTO vlt_account (id, name, secret) VALUES (101, 'a', 's'), (102, 'b', 's'), (103, 'c', 's');
