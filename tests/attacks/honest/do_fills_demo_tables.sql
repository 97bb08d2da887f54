-- Inserts in DO blocks what still has room.
-- attack:
DO $$ BEGIN FOR i IN 1..3 LOOP INSERT INTO dmo_nearly VALUES (10000 + i, 'x'); END LOOP; END $$;
DO $$ BEGIN
  INSERT INTO dmo_empty VALUES (1, 'a');
  UPDATE dmo_full SET v = 'changed' WHERE id = 1;
  RAISE NOTICE '%', (SELECT count(*) FROM dmo_nearly);
END $$;
-- extended
DO $$ BEGIN DELETE FROM dmo_full WHERE id = 2; INSERT INTO dmo_full VALUES (2, 'again'); END $$;
