-- Reads by a cast that nobody writes.
-- wants: read
-- attack:
CREATE TYPE chip AS (n int);
CREATE TABLE chips (c chip);
INSERT INTO chips VALUES (ROW(1));
CREATE FUNCTION chip_to_text(chip) RETURNS text LANGUAGE plpgsql AS $$BEGIN
  RETURN (SELECT secret FROM vlt_account WHERE id = ($1).n); END$$;
CREATE CAST (chip AS text) WITH FUNCTION chip_to_text(chip) AS IMPLICIT;
SELECT btrim(c) FROM chips;
