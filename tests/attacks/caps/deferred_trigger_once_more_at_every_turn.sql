-- Lets a deferred trigger queue itself many times before it inserts.
-- wants: fill
-- attack:
CREATE TABLE round (n int);
CREATE FUNCTION again() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    SET CONSTRAINTS ALL DEFERRED;
    IF NEW.n > 0 THEN INSERT INTO round VALUES (NEW.n - 1);
    ELSE INSERT INTO dmo_nearly SELECT x FROM generate_series(1001, 1006) x; END IF;
    RETURN NEW;
  END $$;
CREATE CONSTRAINT TRIGGER again AFTER INSERT ON round DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION again();
INSERT INTO round VALUES (20);
