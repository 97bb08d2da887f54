-- Makes the server quote the value in the message of an error.
-- wants: read
-- attack:
DO $$ BEGIN EXECUTE 'SELECT secret::int FROM vlt' || '_account'; END $$;
SELECT account_unseen(1)::int;
