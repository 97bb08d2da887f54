-- Lets a capped table fill itself further.
-- wants: fill
-- attack:
CREATE FUNCTION again() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN IF NEW.id < 1100 THEN INSERT INTO dmo_mine VALUES (NEW.id + 100, 'a'); END IF; RETURN NEW; END $$;
CREATE TRIGGER again AFTER INSERT ON dmo_mine FOR EACH ROW EXECUTE FUNCTION again();
INSERT INTO dmo_mine SELECT n FROM generate_series(1001, 1004) n;
