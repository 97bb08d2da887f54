-- Makes a capped table, fills it under an open name, and takes the name back.
-- wants: fill
-- attack:
-- together
CREATE TABLE dmo_fresh (id int); ALTER TABLE dmo_fresh RENAME TO fresh; INSERT INTO fresh SELECT generate_series(1, 1001)
-- apart
ALTER TABLE fresh RENAME TO dmo_fresh;
