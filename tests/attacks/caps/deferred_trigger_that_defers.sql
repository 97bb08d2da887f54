-- Lets a deferred trigger defer all constraints again and insert what queues more.
-- wants: fill
-- known: what a deferred trigger defers anew runs at the commit itself, after the last check
-- attack:
CREATE TABLE first (id int);
CREATE TABLE second (id int);
CREATE FUNCTION to_second() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN SET CONSTRAINTS ALL DEFERRED; INSERT INTO second VALUES (NEW.id); RETURN NEW; END $$;
CREATE FUNCTION to_capped() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO dmo_nearly VALUES (NEW.id); RETURN NEW; END';
CREATE CONSTRAINT TRIGGER a AFTER INSERT ON first DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION to_second();
CREATE CONSTRAINT TRIGGER b AFTER INSERT ON second DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION to_capped();
BEGIN;
INSERT INTO first SELECT generate_series(1001, 1006);
COMMIT;
