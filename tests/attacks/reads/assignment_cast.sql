-- Reads by a cast that an assignment makes.
-- wants: read
-- attack:
CREATE TYPE chip AS (n int);
CREATE FUNCTION chip_to_text(chip) RETURNS text LANGUAGE plpgsql AS $$BEGIN
  RETURN (SELECT secret FROM vlt_account WHERE id = ($1).n); END$$;
CREATE CAST (chip AS text) WITH FUNCTION chip_to_text(chip) AS ASSIGNMENT;
INSERT INTO mallory_own VALUES (100, ROW(1)::chip) RETURNING v;
