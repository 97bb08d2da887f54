-- Has a trigger ask for an operation before every row.
-- attack:
CREATE TABLE mallory_guarded (x int);
CREATE FUNCTION mallory_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF pgtoll.has_operation_license('MyApp.Use') THEN RETURN NULL; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE INSERT ON mallory_guarded FOR EACH ROW EXECUTE FUNCTION mallory_guard();
INSERT INTO mallory_guarded VALUES (1), (2);
CREATE OR REPLACE FUNCTION mallory_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pgtoll.check_operation_license('MyApp.Use');
  RETURN NEW;
END $$;
INSERT INTO mallory_guarded VALUES (3);
SELECT * FROM mallory_guarded;
