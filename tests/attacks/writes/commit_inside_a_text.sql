-- Commits inside the text that writes.
-- wants: write
-- attack:
-- together
BEGIN; DO $$ BEGIN UPDATE vlt_account SET secret = 'x'; END $$; COMMIT; SELECT 1;
