-- Inserts into a column whose domain has a default that fills a capped table.
-- wants: fill
-- attack:
CREATE DOMAIN df AS int DEFAULT fill_unseen('dmo_nearly', 6);
CREATE TABLE l (a int, b df);
INSERT INTO l (a) VALUES (1);
