-- Fills a table by a loop in a block that is read.
-- wants: fill
-- attack:
DO $$ BEGIN FOR i IN 1..1100 LOOP INSERT INTO dmo_nearly VALUES (10000 + i, i::text); END LOOP; END $$;
DO $$ BEGIN FOR i IN 1..12 LOOP INSERT INTO dmo_full VALUES (20000 + i, 'x'); COMMIT; END LOOP; END $$;
