-- Truncates a table of its own, and fires a trigger that inserts.
-- wants: fill
-- attack:
CREATE FUNCTION put() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN INSERT INTO dmo_nearly SELECT n FROM generate_series(1001, 1006) n; RETURN NULL; END $$;
CREATE TRIGGER put AFTER TRUNCATE ON mallory_own FOR EACH STATEMENT EXECUTE FUNCTION put();
TRUNCATE mallory_own;
