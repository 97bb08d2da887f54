-- Opens a held cursor by a text that inserts at the commit, beside one that is read.
-- wants: fill
-- attack:
BEGIN;
INSERT INTO dmo_log VALUES (2001, 'x');
DECLARE kept CURSOR WITH HOLD FOR SELECT n FROM generate_series(1, 3) n;
DO $$ BEGIN EXECUTE 'DECLARE c CURSOR WITH HOLD FOR SELECT fill_nearly(6)'; END $$;
COMMIT;
