-- Has a deferred trigger of an open table read when its constraints are made immediate.
-- wants: read
-- setup:
CREATE FUNCTION read_late() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN RAISE NOTICE '%', public.account_unseen(1); RETURN NULL; END $$;
-- attack:
CREATE CONSTRAINT TRIGGER late AFTER UPDATE ON mallory_own DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION read_late();
BEGIN;
UPDATE mallory_own SET v = 'x' WHERE id = 1;
SET CONSTRAINTS late IMMEDIATE;
COMMIT;
