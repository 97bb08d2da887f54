-- Makes operators, casts, aggregates and an order of its own for a type of its own.
-- attack:
CREATE TYPE pair AS (a int, b int);
CREATE FUNCTION pair_add(pair, pair) RETURNS pair LANGUAGE sql IMMUTABLE AS 'SELECT ROW($1.a + $2.a, $1.b + $2.b)::pair';
CREATE OPERATOR + (LEFTARG = pair, RIGHTARG = pair, FUNCTION = pair_add, COMMUTATOR = +);
CREATE AGGREGATE sum(pair) (SFUNC = pair_add, STYPE = pair, INITCOND = '(0,0)');
SELECT ROW(1, 2)::pair + ROW(3, 4)::pair;
SELECT sum(ROW(n, n * 2)::pair) FROM generate_series(1, 3) n;
CREATE FUNCTION first_of(anyelement, anyelement) RETURNS anyelement LANGUAGE sql IMMUTABLE STRICT AS 'SELECT $1';
CREATE AGGREGATE first(anyelement) (SFUNC = first_of, STYPE = anyelement);
SELECT first(title ORDER BY id) FROM item;
CREATE FUNCTION cmp(pair, pair) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT btint4cmp($1.a, $2.a)';
SELECT cmp(ROW(1, 1), ROW(2, 2));
CREATE AGGREGATE longest(text) (SFUNC = text_larger, STYPE = text);
SELECT longest(name) FROM customer;
DROP AGGREGATE sum(pair);
DROP OPERATOR + (pair, pair);
DROP TYPE pair CASCADE;
