-- Reads by a cast to JSON, which row_to_json looks for.
-- wants: read
-- attack:
CREATE TYPE chip AS ENUM ('one');
CREATE TABLE chips (c chip);
INSERT INTO chips VALUES ('one');
CREATE FUNCTION chip_to_json(chip) RETURNS json LANGUAGE plpgsql AS $$BEGIN
  RETURN (SELECT to_json(secret) FROM vlt_account WHERE id = 1); END$$;
CREATE CAST (chip AS json) WITH FUNCTION chip_to_json(chip);
SELECT row_to_json(t) FROM chips t;
