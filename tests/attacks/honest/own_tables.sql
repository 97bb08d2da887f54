-- Makes, fills, alters and drops tables of one's own.
-- attack:
CREATE TABLE shed (id serial PRIMARY KEY, tool text);
INSERT INTO shed (tool) VALUES ('rake'), ('spade') RETURNING id;
ALTER TABLE shed ADD COLUMN worth numeric DEFAULT 1;
SELECT * FROM shed ORDER BY id;
COPY shed TO STDOUT;
DROP TABLE shed;
