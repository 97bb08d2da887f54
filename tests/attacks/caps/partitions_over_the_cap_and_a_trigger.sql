-- Has a trigger insert a row into a table over the cap for each row that moves between its partitions.
-- wants: fill
-- proof: SELECT count(*) > 1495 FROM dmo_parted
-- setup:
INSERT INTO dmo_parted SELECT n + 40000, 'x' FROM generate_series(1, 500) n;
CREATE FUNCTION once_more() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF NEW.v <> 'more' THEN INSERT INTO dmo_parted VALUES (NEW.id + 1, 'more'); END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER once_more AFTER INSERT ON high FOR EACH ROW EXECUTE FUNCTION once_more();
-- attack:
BEGIN;
INSERT INTO dmo_nearly VALUES (1001, 'x');
UPDATE dmo_parted SET id = id + 20000 WHERE id <= 100;
COMMIT;
