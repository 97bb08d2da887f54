-- Updates through a cursor rows whose trigger inserts.
-- wants: fill
-- attack:
CREATE FUNCTION put() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN INSERT INTO dmo_log VALUES (NEW.id, 'x'), (NEW.id, 'y'), (NEW.id, 'z'); RETURN NEW; END $$;
CREATE TRIGGER put BEFORE UPDATE ON mallory_own FOR EACH ROW EXECUTE FUNCTION put();
BEGIN;
DECLARE c CURSOR FOR SELECT * FROM mallory_own FOR UPDATE;
FETCH c;
UPDATE mallory_own SET v = 'x' WHERE CURRENT OF c;
FETCH c;
UPDATE mallory_own SET v = 'x' WHERE CURRENT OF c;
COMMIT;
