-- Keeps the older versions of rows in another table, with a range of time for each.
-- attack:
CREATE TABLE rate (id int PRIMARY KEY, price numeric, valid tstzrange DEFAULT tstzrange('2020-01-01', NULL));
CREATE TABLE rate_history (LIKE rate INCLUDING DEFAULTS);
CREATE FUNCTION keep_version() RETURNS trigger LANGUAGE plpgsql AS $$
  DECLARE ended timestamptz := '2021-01-01';
  BEGIN
    INSERT INTO rate_history SELECT OLD.id, OLD.price, tstzrange(lower(OLD.valid), ended);
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    NEW.valid := tstzrange(ended, NULL);
    RETURN NEW;
  END $$;
CREATE TRIGGER versioned BEFORE UPDATE OR DELETE ON rate FOR EACH ROW EXECUTE FUNCTION keep_version();
INSERT INTO rate (id, price) VALUES (1, 10), (2, 20);
UPDATE rate SET price = 11 WHERE id = 1;
DELETE FROM rate WHERE id = 2;
SELECT id, price, lower(valid) FROM rate_history UNION ALL SELECT id, price, lower(valid) FROM rate ORDER BY 1, 2;
