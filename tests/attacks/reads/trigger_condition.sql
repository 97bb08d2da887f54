-- Lets the condition of a trigger read.
-- wants: read
-- attack:
CREATE FUNCTION tells() RETURNS boolean LANGUAGE plpgsql AS $$BEGIN
  RAISE NOTICE '%', (SELECT secret FROM vlt_account WHERE id = 1); RETURN true; END$$;
CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$;
CREATE TRIGGER t BEFORE UPDATE ON mallory_own FOR EACH ROW WHEN (tells()) EXECUTE FUNCTION nothing();
UPDATE mallory_own SET v = 'x';
