-- Makes a table, fills it, changes it and drops it.
-- attack:
CREATE TABLE work (id serial PRIMARY KEY, v text DEFAULT 'x', at date CHECK (at > '2000-01-01'));
INSERT INTO work (at) VALUES ('2026-01-01') RETURNING id;
ALTER TABLE work ADD COLUMN n int NOT NULL DEFAULT 3;
CREATE INDEX ON work (lower(v));
SELECT * FROM work;
DROP TABLE work;
