-- Sets the time of a row's last change by a trigger, as most frameworks have it.
-- attack:
CREATE TABLE article (id serial PRIMARY KEY, title text NOT NULL, created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now());
CREATE OR REPLACE FUNCTION set_updated_at() RETURNS trigger AS $$
BEGIN
  NEW.updated_at = now();
  RETURN NEW;
END;
$$ LANGUAGE plpgsql;
CREATE TRIGGER set_timestamp BEFORE UPDATE ON article FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE PROCEDURE set_updated_at();
INSERT INTO article (title) VALUES ('first'), ('second') RETURNING id, title;
UPDATE article SET title = 'First' WHERE id = 1 RETURNING updated_at >= created_at;
SELECT id, title FROM article ORDER BY id;
DROP TRIGGER set_timestamp ON article;
DROP FUNCTION set_updated_at();
