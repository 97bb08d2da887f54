-- Changes the vault in a trigger that waits for COMMIT.
-- wants: write
-- attack:
CREATE TABLE trap (id int);
CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql  AS $f$
BEGIN UPDATE vlt_mine SET secret = 'changed'; RETURN NULL; END
$f$;
CREATE CONSTRAINT TRIGGER spoil AFTER INSERT ON trap DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION spoil();
BEGIN;
INSERT INTO trap VALUES (1);
COMMIT;
