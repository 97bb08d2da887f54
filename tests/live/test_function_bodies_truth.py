"""What calls of made-up functions touch on a server, beside what reading their bodies shows."""

from itertools import product

import pytest
from pictures import picture, reach_of
from servers import Postgres

pytestmark = pytest.mark.live

SCHEMA = """
CREATE TABLE a (id int PRIMARY KEY, v int);
CREATE TABLE b (id int PRIMARY KEY, v int REFERENCES a ON DELETE CASCADE);
CREATE TABLE c (id int, v int);
CREATE TABLE c_1 () INHERITS (c);
CREATE TABLE log (id int, v int);
CREATE VIEW seen AS SELECT id, v FROM b;
INSERT INTO a VALUES (1, 1), (2, 2);
INSERT INTO b VALUES (1, 1);
INSERT INTO c VALUES (1, 1);
CREATE FUNCTION first_of_b(int) RETURNS int LANGUAGE sql AS 'SELECT v FROM b WHERE id = $1';
CREATE FUNCTION log_c() RETURNS trigger LANGUAGE plpgsql
  AS 'BEGIN INSERT INTO log SELECT NEW.id, count(*) FROM a; RETURN NEW; END';
CREATE TRIGGER log_c BEFORE INSERT ON c FOR EACH ROW EXECUTE FUNCTION log_c();
CREATE OPERATOR ## (RIGHTARG = int, FUNCTION = first_of_b);
CREATE DOMAIN known AS int CHECK (first_of_b(VALUE) IS NOT NULL);
"""
# Expressions of an integer.
EXPRESSIONS = [
    "(SELECT max(v) FROM a)",
    "first_of_b(1)",
    "## 1",
    "(SELECT count(*) FROM seen)::int",
    "(1::known)::int",
    "(CASE WHEN n > 0 THEN (SELECT v FROM c LIMIT 1) ELSE 0 END)",
]
STATEMENTS = [
    "n := {}",
    "PERFORM {}",
    "IF {} IS NOT NULL THEN n := 1; END IF",
    "FOR i IN 1 .. coalesce({}, 1) LOOP n := i; END LOOP",
    "WHILE n < 1 LOOP n := n + 1 + abs(coalesce({}, 1)); END LOOP",
    "CASE WHEN {} > 0 THEN n := 1; ELSE n := 2; END CASE",
    "RAISE DEBUG 'x %', {}",
    "SELECT {} INTO n FROM a LIMIT 1",
    "UPDATE a SET v = {} WHERE id = 2",
    "BEGIN n := 1 / 0; EXCEPTION WHEN division_by_zero THEN n := {}; END",
    "RETURN {}",
    "FOREACH n IN ARRAY ARRAY[{}] LOOP NULL; END LOOP",
    "ASSERT {} IS DISTINCT FROM -1",
    "l[1] := {}",
]
WHOLE = [
    "INSERT INTO c VALUES (1, 1)",
    "DELETE FROM a WHERE id = 1",
    "DELETE FROM b RETURNING v INTO n",
    "WITH gone AS (DELETE FROM c RETURNING v) SELECT max(v) INTO n FROM gone",
    "MERGE INTO c USING seen s ON s.id = c.id WHEN MATCHED THEN UPDATE SET v = s.v",
    "OPEN k FOR SELECT v FROM seen; FETCH k INTO n; CLOSE k",
    "FOR n IN SELECT v FROM c LOOP EXIT; END LOOP",
    "TRUNCATE c",
    "LOCK TABLE seen",
    "INSERT INTO a VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET v = (SELECT max(id) FROM log)",
]
TOUCHED = """
SELECT c.relname FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
WHERE l.pid = pg_backend_pid() AND c.oid >= 16384 AND c.relkind IN ('r', 'v')
"""


def _function(number: int, statement: str) -> str:
    return (
        f"CREATE FUNCTION f{number}() RETURNS int LANGUAGE plpgsql AS $f$"
        f" DECLARE n int := 0; l int[]; k refcursor; BEGIN {statement}; RETURN n; END $f$"
    )


def test_no_relation_is_missed(any_database: Postgres) -> None:
    any_database.execute(SCHEMA)
    merges = any_database.version >= 150000
    whole = [one for one in WHOLE if merges or not one.startswith("MERGE")]
    bodies = [form.format(one) for form, one in product(STATEMENTS, EXPRESSIONS)] + whole
    any_database.execute(";".join(_function(at, body) for at, body in enumerate(bodies)))
    catalog = picture(any_database, read=True)
    with any_database.connect() as connection:
        for number, body in enumerate(bodies):
            connection.execute("BEGIN")
            connection.execute(f"SELECT f{number}()".encode())
            touched = {str(name) for (name,) in connection.execute(TOUCHED).fetchall()}
            connection.execute("ROLLBACK")
            reached = reach_of(f"SELECT f{number}()", catalog)
            shown = {one.name for one in reached.reads | reached.touches}
            certain = {one.name for one in reached.reads}
            assert (touched - shown, reached.opaque) == (set(), ""), body
            assert certain <= touched | {"c_1"}, body
