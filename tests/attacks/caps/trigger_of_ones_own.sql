-- Makes a trigger on a table of its own.
-- wants: fill
-- attack:
CREATE FUNCTION put() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN INSERT INTO dmo_nearly SELECT n FROM generate_series(1001, 1006) n; RETURN NULL; END $$;
CREATE TRIGGER put AFTER INSERT ON mallory_own FOR EACH STATEMENT EXECUTE FUNCTION put();
INSERT INTO mallory_own VALUES (3, 'three');
