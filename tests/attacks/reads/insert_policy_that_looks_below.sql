-- Inserts into an open table whose policy tells of the licensed one that inherits from it.
-- wants: read
-- shows: violates
-- setup:
CREATE TABLE story (id int, body text);
CREATE TABLE vlt_story () INHERITS (story);
INSERT INTO vlt_story VALUES (1, 'top-secret-4711');
ALTER TABLE story ENABLE ROW LEVEL SECURITY;
CREATE FUNCTION told(given text) RETURNS boolean STABLE LANGUAGE plpgsql AS
  $$ BEGIN RETURN NOT EXISTS (SELECT FROM story WHERE body = given); END $$;
ALTER FUNCTION told SECURITY DEFINER;
CREATE POLICY untold ON story USING (true) WITH CHECK (told(body));
GRANT ALL ON story, vlt_story TO PUBLIC;
-- attack:
INSERT INTO story VALUES (2, 'top-secret-4711');
