-- Lets a trigger on TRUNCATE read.
-- wants: read
-- attack:
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN
  RAISE NOTICE '%', (SELECT secret FROM vlt_account WHERE id = 1); RETURN NULL; END$$;
CREATE TRIGGER t BEFORE TRUNCATE ON mallory_own EXECUTE FUNCTION tell();
TRUNCATE mallory_own;
