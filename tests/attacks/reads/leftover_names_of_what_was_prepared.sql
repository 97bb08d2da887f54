-- Executes and fetches what was prepared or declared earlier, or has become another thing since, and makes up a parameter by a letter.
-- wants: read
-- shows: letter-116
-- setup:
CREATE FUNCTION coin(given text) RETURNS boolean LANGUAGE plpgsql AS $$ DECLARE value text; BEGIN
  EXECUTE 'SELECT secret FROM public.vlt_' || 'account WHERE id = 1' INTO value;
  PERFORM set_config('x.y1_' || ascii(value), '', false);
  RETURN true;
END $$;
CREATE FUNCTION tame(given text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN
  PERFORM 1 FROM item;
  RETURN true;
END $$;
CREATE FUNCTION passes(given text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RETURN public.tame(given); END $$;
ALTER FUNCTION coin(text) OWNER TO mallory;
ALTER FUNCTION tame(text) OWNER TO mallory;
-- attack:
-- session: plain
PREPARE p AS SELECT coin('a');
EXECUTE p;
-- repeat: 112..118
SELECT 'letter' || '-{n}' WHERE current_setting('x.y1_{n}', true) IS NOT NULL;
-- session: parameter
PREPARE p (boolean) AS SELECT $1;
EXECUTE p (coin('a'));
-- repeat: 112..118
SELECT 'letter' || '-{n}' WHERE current_setting('x.y1_{n}', true) IS NOT NULL;
-- session: cursor
BEGIN;
DECLARE c CURSOR FOR SELECT coin('a');
FETCH c;
ROLLBACK;
-- repeat: 112..118
SELECT 'letter' || '-{n}' WHERE current_setting('x.y1_{n}', true) IS NOT NULL;
-- session: taken
PREPARE p AS SELECT coin('a');
PREPARE p AS SELECT tame('a');
EXECUTE p;
-- repeat: 112..118
SELECT 'letter' || '-{n}' WHERE current_setting('x.y1_{n}', true) IS NOT NULL;
-- session: again
PREPARE p AS SELECT tame('a');
DEALLOCATE p;
PREPARE p AS SELECT coin('a');
EXECUTE p;
-- repeat: 112..118
SELECT 'letter' || '-{n}' WHERE current_setting('x.y1_{n}', true) IS NOT NULL;
-- session: elsewhere
PREPARE "P" AS SELECT tame('a');
PREPARE p AS SELECT coin('a');
EXECUTE P;
-- repeat: 112..118
SELECT 'letter' || '-{n}' WHERE current_setting('x.y1_{n}', true) IS NOT NULL;
-- session: renamed
PREPARE p AS SELECT passes('a');
EXECUTE p;
BEGIN;
DECLARE c NO SCROLL CURSOR FOR SELECT passes('a');
ALTER FUNCTION tame(text) RENAME TO tame_no_more;
ALTER FUNCTION coin(text) RENAME TO tame;
FETCH c;
ROLLBACK;
-- repeat: 112..118
SELECT 'letter' || '-{n}' WHERE current_setting('x.y1_{n}', true) IS NOT NULL;
-- session: later
PREPARE p AS SELECT passes('a');
ALTER FUNCTION tame(text) RENAME TO tame_no_more;
ALTER FUNCTION coin(text) RENAME TO tame;
EXECUTE p;
-- repeat: 112..118
SELECT 'letter' || '-{n}' WHERE current_setting('x.y1_{n}', true) IS NOT NULL;
