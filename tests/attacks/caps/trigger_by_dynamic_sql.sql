-- Names the table in a trigger at run time only.
-- wants: fill
-- attack:
CREATE FUNCTION put() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN PERFORM fill_unseen('dmo' || '_nearly', 6); RETURN NULL; END $$;
CREATE TRIGGER put AFTER INSERT ON mallory_own FOR EACH STATEMENT EXECUTE FUNCTION put();
INSERT INTO mallory_own VALUES (3, 'three');
