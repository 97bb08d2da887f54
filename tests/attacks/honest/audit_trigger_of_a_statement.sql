-- Writes down how many rows a statement changed, from its transition tables.
-- attack:
CREATE TABLE changes (id int GENERATED ALWAYS AS IDENTITY, what text, n bigint);
CREATE FUNCTION count_changes() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF TG_OP = 'DELETE' THEN
      INSERT INTO changes (what, n) SELECT TG_OP, count(*) FROM old_rows;
    ELSE
      INSERT INTO changes (what, n) SELECT TG_OP, count(*) FROM new_rows;
    END IF;
    RETURN NULL;
  END $$;
CREATE TRIGGER added AFTER INSERT ON mallory_own REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_changes();
CREATE TRIGGER changed AFTER UPDATE ON mallory_own REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_changes();
CREATE TRIGGER gone AFTER DELETE ON mallory_own REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION count_changes();
INSERT INTO mallory_own SELECT n, 'v' || n FROM generate_series(10, 19) n;
UPDATE mallory_own SET v = v || '!' WHERE id > 14;
DELETE FROM mallory_own WHERE id > 16;
SELECT * FROM changes ORDER BY id;
