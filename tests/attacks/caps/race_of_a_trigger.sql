-- Gives an own table a trigger that fills a capped one while an insert waits for the first.
-- wants: fill
-- attack:
-- session: first
CREATE FUNCTION pour() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN
  INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(5000, 5100) n; RETURN NEW; END$$;
BEGIN;
CREATE TRIGGER t BEFORE INSERT ON mallory_own FOR EACH ROW EXECUTE FUNCTION pour();
-- session: writer
-- without waiting
INSERT INTO mallory_own VALUES (100, 'x');
-- session: first
SELECT pg_sleep(0.3);
COMMIT;
