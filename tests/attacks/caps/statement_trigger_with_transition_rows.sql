-- Inserts into an open table, whose trigger copies all new rows at once.
-- wants: fill
-- attack:
CREATE FUNCTION copy_all() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN INSERT INTO dmo_nearly SELECT id + 5000, v FROM fresh; RETURN NULL; END $$;
CREATE TRIGGER copy_all AFTER INSERT ON mallory_own REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION copy_all();
INSERT INTO mallory_own SELECT n, 'x' FROM generate_series(100, 120) n;
