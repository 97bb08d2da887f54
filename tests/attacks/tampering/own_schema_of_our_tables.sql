-- CVE class: start-up settings reaching our own SQL. has tables and functions by the names of schema pgtoll's come first at every login.
-- wants: fill
-- attack:
CREATE SCHEMA early;
CREATE TABLE early.ledger (LIKE pg_catalog.pg_class);
CREATE TABLE early.pin (LIKE pg_catalog.pg_class);
CREATE FUNCTION early.settle() RETURNS void LANGUAGE sql AS '';
CREATE FUNCTION early.format(text, VARIADIC "any") RETURNS text LANGUAGE internal IMMUTABLE AS 'text_format';
CREATE FUNCTION early.to_regclass(text) RETURNS regclass LANGUAGE sql AS 'SELECT NULL::regclass';
CREATE FUNCTION early.count_rows(oid) RETURNS bigint LANGUAGE sql AS 'SELECT 0::bigint';
CREATE FUNCTION early.same(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT false';
CREATE OPERATOR early.= (LEFTARG = text, RIGHTARG = text, FUNCTION = early.same);
CREATE FUNCTION early.same(name, name) RETURNS boolean LANGUAGE sql AS 'SELECT false';
CREATE OPERATOR early.= (LEFTARG = name, RIGHTARG = name, FUNCTION = early.same);
ALTER ROLE mallory SET search_path = early, pg_catalog, public;
-- session: second
INSERT INTO public.dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1006) n
