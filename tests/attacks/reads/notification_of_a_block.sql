-- Sends the secret to itself by a notification.
-- wants: read
-- attack:
LISTEN ears;
DO $$ BEGIN PERFORM pg_notify('ears', (SELECT secret FROM vlt_account WHERE id = 1)); END $$;
SELECT 1;
