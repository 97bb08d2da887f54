-- Keeps the secret in a setting and shows it later.
-- wants: read
-- attack:
DO $$ BEGIN PERFORM set_config('my.word', (SELECT secret FROM vlt_account WHERE id = 1), false); END $$;
SHOW my.word;
