-- Raises the error codes of the witness, and then reads.
-- wants: read
-- attack:
DO $$ BEGIN RAISE EXCEPTION 'watch' USING ERRCODE = 'TOLL2', DETAIL = 'vault'; END $$;
DO $$ BEGIN RAISE EXCEPTION 'cap' USING ERRCODE = 'TOLL1', DETAIL = 'demo', HINT = '5'; END $$;
SELECT read_any('SELECT secret FROM vlt_account');
