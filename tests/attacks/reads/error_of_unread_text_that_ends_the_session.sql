-- Has an error of unread text end the session.
-- wants: read
-- attack:
SET exit_on_error = on;
DO $$ BEGIN RAISE EXCEPTION '%', account_unseen(1); END $$;
SET exit_on_error = on;
BEGIN;
SELECT length(account_unseen(1)) > 0;
SET exit_on_error = on;
-- extended
SELECT account_unseen(1)::int;
