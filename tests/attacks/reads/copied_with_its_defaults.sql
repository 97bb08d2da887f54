-- Makes a table like one whose columns read, with all that belongs to it.
-- wants: read
-- attack:
CREATE TABLE mine (LIKE invoice INCLUDING ALL);
INSERT INTO mine (id, account) VALUES (1, 1) RETURNING note, fixed;
