-- Works in batches, each committed by itself.
-- attack:
CREATE TABLE batch (id int PRIMARY KEY, done boolean DEFAULT false);
INSERT INTO batch SELECT n FROM generate_series(1, 50) n;
CREATE PROCEDURE finish(size int) LANGUAGE plpgsql AS $$
  DECLARE n int;
  BEGIN
    LOOP
      UPDATE batch SET done = true WHERE id IN (SELECT id FROM batch WHERE NOT done ORDER BY id LIMIT size);
      GET DIAGNOSTICS n = ROW_COUNT;
      EXIT WHEN n = 0;
      COMMIT;
    END LOOP;
  END $$;
CALL finish(20);
SELECT count(*) FILTER (WHERE done) FROM batch;
DO $$ BEGIN FOR n IN 1 .. 3 LOOP DELETE FROM batch WHERE id = n; COMMIT; END LOOP; END $$;
SELECT count(*) FROM batch;
-- extended
CALL finish(20);
