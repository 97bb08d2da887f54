-- Fills a new column by a default that reads.
-- wants: read
-- attack:
CREATE FUNCTION bring() RETURNS text LANGUAGE plpgsql AS $$BEGIN
  RETURN (SELECT secret FROM vlt_account WHERE id = 1); END$$;
ALTER TABLE mallory_own ADD COLUMN s text DEFAULT bring();
SELECT s FROM mallory_own;
