-- Changes a key whose cascade fires a trigger that inserts.
-- wants: fill
-- attack:
CREATE TABLE leaf (id int REFERENCES mallory_own ON UPDATE CASCADE);
INSERT INTO leaf VALUES (1);
CREATE FUNCTION put() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN INSERT INTO dmo_nearly SELECT n FROM generate_series(1001, 1006) n; RETURN NULL; END $$;
CREATE TRIGGER put AFTER UPDATE ON leaf FOR EACH ROW EXECUTE FUNCTION put();
UPDATE mallory_own SET id = 9 WHERE id = 1;
