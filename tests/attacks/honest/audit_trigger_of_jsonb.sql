-- Keeps an audit trail of every table by one trigger that makes its text from the table's name.
-- attack:
CREATE SCHEMA audit;
CREATE TABLE audit.log (id bigint GENERATED ALWAYS AS IDENTITY, relation text, action text, old_row jsonb, new_row jsonb, at timestamptz DEFAULT now());
CREATE FUNCTION audit.note() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    EXECUTE format('INSERT INTO %I.log (relation, action, old_row, new_row) VALUES ($1, $2, $3, $4)', 'audit')
      USING TG_TABLE_NAME, TG_OP, CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END, CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
    RETURN coalesce(NEW, OLD);
  END $$;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON mallory_own FOR EACH ROW EXECUTE FUNCTION audit.note();
INSERT INTO mallory_own VALUES (3, 'three'), (4, 'four');
UPDATE mallory_own SET v = upper(v) WHERE id > 2;
DELETE FROM mallory_own WHERE id = 4;
SELECT id, relation, action, old_row, new_row FROM audit.log ORDER BY id;
