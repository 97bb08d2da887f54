-- Has triggers, cascades and rules work on tables in demo mode, within the cap.
-- attack:
CREATE FUNCTION dmo_note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO dmo_empty VALUES (NEW.id, TG_OP); RETURN NULL; END $$;
CREATE TRIGGER note AFTER INSERT OR UPDATE ON dmo_mine FOR EACH ROW EXECUTE FUNCTION dmo_note();
INSERT INTO dmo_mine VALUES (5001, 'x'), (5002, 'y');
UPDATE dmo_mine SET v = 'z' WHERE id < 10;
SELECT count(*), min(v), max(v) FROM dmo_empty;
BEGIN;
INSERT INTO dmo_mine VALUES (5003, 'x');
SAVEPOINT s;
UPDATE dmo_mine SET v = 'w' WHERE id > 990;
ROLLBACK TO s;
COMMIT;
SELECT count(*) FROM dmo_empty;
DELETE FROM dmo_full WHERE id <= 5;
SELECT count(*) FROM dmo_leaf;
INSERT INTO copied VALUES (1, 'a'), (2, 'b');
SELECT count(*) FROM dmo_log;
INSERT INTO ruled VALUES (2001, 'r');
DO $$ BEGIN FOR n IN 1 .. 3 LOOP INSERT INTO dmo_parted VALUES (n * 2 + 2000, 'd'); END LOOP; END $$;
SELECT count(*) FROM dmo_parted;
