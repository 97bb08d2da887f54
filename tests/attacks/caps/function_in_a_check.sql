-- Checks rows by a function that inserts.
-- wants: fill
-- attack:
CREATE TABLE odd (id int CHECK (fill_unseen('dmo_nearly', id) > 0));
INSERT INTO odd VALUES (6);
