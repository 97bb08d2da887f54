-- Fires a trigger of a temporary table at the end of the transaction.
-- wants: fill
-- attack:
CREATE TEMP TABLE heap (id int, v text) ON COMMIT DROP;
BEGIN;
CREATE TEMP TABLE heap2 (id int, v text) ON COMMIT DELETE ROWS;
CREATE CONSTRAINT TRIGGER put AFTER INSERT ON heap2 DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION copy_row();
INSERT INTO heap2 SELECT n, 'x' FROM generate_series(1001, 1006) n;
COMMIT;
