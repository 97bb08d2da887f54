-- Fills up by a procedure that does not commit.
-- attack:
CREATE PROCEDURE put() LANGUAGE plpgsql AS $$ BEGIN INSERT INTO dmo_nearly SELECT n FROM generate_series(1001, 1005) n; END $$;
CALL put();
DO $$ BEGIN DELETE FROM dmo_nearly WHERE id > 1000; INSERT INTO dmo_nearly VALUES (1001, 'x'); END $$;
