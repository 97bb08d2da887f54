-- Makes a default that inserts.
-- wants: fill
-- attack:
CREATE TABLE odd (id int, n int DEFAULT fill_unseen('dmo_nearly', 6));
INSERT INTO odd (id) VALUES (1);
