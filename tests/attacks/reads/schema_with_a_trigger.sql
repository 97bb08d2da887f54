-- Makes a schema with a table whose default reads, in one statement.
-- wants: read
-- attack:
CREATE SCHEMA den CREATE TABLE trap (id int, loot text DEFAULT public.account_text(1));
INSERT INTO den.trap (id) VALUES (1) RETURNING loot;
