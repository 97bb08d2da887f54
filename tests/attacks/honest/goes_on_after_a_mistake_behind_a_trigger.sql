-- Fills a table whose trigger runs constant text, makes a mistake, and goes on.
-- setup:
CREATE TABLE entry (id int PRIMARY KEY, v text);
CREATE TABLE entry_log (id int, at timestamptz DEFAULT now());
CREATE FUNCTION log_entry() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  EXECUTE 'INSERT INTO entry_log (id) VALUES ($1)' USING NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER log_entry AFTER INSERT ON entry FOR EACH ROW EXECUTE FUNCTION log_entry();
GRANT ALL ON entry, entry_log TO PUBLIC;
-- attack:
BEGIN;
INSERT INTO entry VALUES (1, 'a');
SELECT nothing FROM entry;
ROLLBACK;
INSERT INTO entry VALUES (1, 'a');
SELECT id FROM entry_log;
