-- Writes down which columns changed, as the differences of two hstores.
-- attack:
CREATE EXTENSION hstore;
CREATE TABLE logged_actions (id bigserial PRIMARY KEY, relation regclass, row_data hstore, changed hstore);
CREATE FUNCTION if_modified() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  DECLARE line logged_actions; excluded text[] := ARRAY['id'];
  BEGIN
    line := ROW(nextval('logged_actions_id_seq'), TG_RELID::regclass, NULL, NULL);
    IF TG_OP = 'UPDATE' THEN
      line.row_data := hstore(OLD.*) - excluded;
      line.changed := (hstore(NEW.*) - line.row_data) - excluded;
      IF line.changed = hstore('') THEN RETURN NULL; END IF;
    ELSE
      line.row_data := hstore(NEW.*) - excluded;
    END IF;
    INSERT INTO logged_actions VALUES (line.*);
    RETURN NULL;
  END $$;
CREATE TRIGGER audit AFTER INSERT OR UPDATE ON mallory_own FOR EACH ROW EXECUTE FUNCTION if_modified();
INSERT INTO mallory_own VALUES (5, 'five');
UPDATE mallory_own SET v = 'FIVE' WHERE id = 5;
UPDATE mallory_own SET v = v;
SELECT id, relation, row_data, changed FROM logged_actions ORDER BY id;
