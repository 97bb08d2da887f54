"""What calls of functions touch, by the bodies that a real server keeps."""

from collections.abc import Iterator

import pytest
from pictures import picture, reach_of
from servers import Postgres

from pgtoll_policy.catalog import Catalog

pytestmark = pytest.mark.live

SCHEMA = """
CREATE TABLE secret (id int PRIMARY KEY, y text);
CREATE TABLE plain (id int PRIMARY KEY, a text);

CREATE FUNCTION look(int) RETURNS text LANGUAGE plpgsql
  AS 'BEGIN RETURN (SELECT y FROM secret LIMIT 1); END';
CREATE FUNCTION looks_too(anyelement, int DEFAULT 1) RETURNS text LANGUAGE sql
  AS 'SELECT y FROM secret';
CREATE FUNCTION by_default(text DEFAULT look(1)) RETURNS text LANGUAGE sql AS 'SELECT $1';
CREATE FUNCTION look_aside(int) RETURNS text LANGUAGE plpgsql PARALLEL SAFE
  AS 'BEGIN RETURN (SELECT y FROM secret LIMIT 1); END';
CREATE FUNCTION only_counts(int) RETURNS int LANGUAGE plpgsql PARALLEL SAFE
  AS 'BEGIN RETURN $1 + 1; END';
CREATE FUNCTION calls_aside(int) RETURNS text LANGUAGE sql AS 'SELECT look_aside($1)';
CREATE FUNCTION atomic(int) RETURNS text LANGUAGE sql PARALLEL SAFE
  BEGIN ATOMIC SELECT y FROM secret; END;
CREATE FUNCTION valid(text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN true; END';
CREATE FUNCTION peeks(text) RETURNS text LANGUAGE plpgsql IMMUTABLE
  AS 'BEGIN RETURN (SELECT y FROM secret WHERE y = $1); END';
CREATE FUNCTION log_it() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION joined(text, text) RETURNS text LANGUAGE sql AS 'SELECT $1 || $2';
CREATE AGGREGATE glue(text) (SFUNC = joined, STYPE = text);
CREATE PROCEDURE work() LANGUAGE plpgsql AS 'BEGIN NULL; END';
CREATE OPERATOR ### (FUNCTION = joined, LEFTARG = text, RIGHTARG = text);
CREATE VIEW calling AS SELECT look(id) FROM plain;
CREATE DOMAIN clean AS text CHECK (valid(VALUE));
CREATE FUNCTION cleaned(text) RETURNS clean LANGUAGE sql AS 'SELECT $1';
CREATE TABLE typed (a clean);
CREATE TABLE triggered (id int, a text);
CREATE TRIGGER log_it BEFORE INSERT ON triggered FOR EACH ROW EXECUTE FUNCTION log_it();
CREATE TABLE defaulted (a text DEFAULT look(1));
CREATE TABLE indexed (a text);
CREATE INDEX ON indexed (valid(a));
CREATE TABLE measured (a text);
CREATE STATISTICS measured_peeks ON (peeks(a)) FROM measured;
CREATE TABLE guarded_by_code (a text);
ALTER TABLE guarded_by_code ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON guarded_by_code USING (valid(a));
"""


@pytest.fixture(scope="module", params=["postgres", "postgres15"])
def read_catalog(request: pytest.FixtureRequest) -> Iterator[Catalog]:
    """A picture with all bodies read, of the newest server, then of the oldest."""
    server: Postgres = request.getfixturevalue(request.param)
    if server.version < 140000:
        pytest.skip("there are no bodies in SQL's own syntax before PostgreSQL 14")
    database = server.new_database("function_bodies")
    try:
        database.execute(SCHEMA)
        yield picture(database, read=True)
    finally:
        database.drop_database()


@pytest.mark.parametrize(
    ("sql", "reads", "touches"),
    [
        ("SELECT look(1)", {"secret"}, set()),
        ("SELECT calls_aside(1)", {"secret"}, set()),
        ("SELECT atomic(1)", {"secret"}, set()),
        ("SELECT only_counts(1)", set(), set()),
        ("SELECT glue(a) FROM plain", {"plain"}, set()),
        ("CALL work()", set(), set()),
        ("SELECT 'a' ### 'b'", set(), set()),
        ("SELECT p.look FROM plain p", {"plain"}, {"secret"}),
        ("SELECT p.looks_too FROM plain p", {"plain"}, {"secret"}),
        ("SELECT * FROM calling", {"calling", "plain"}, {"secret"}),
        ("SELECT by_default()", set(), {"secret"}),
        ("SELECT cleaned('x')", set(), set()),
        ("INSERT INTO defaulted DEFAULT VALUES", {"defaulted"}, {"secret"}),
        ("INSERT INTO triggered VALUES (1)", {"triggered"}, set()),
        ("SELECT * FROM typed", {"typed"}, set()),
        ("SELECT * FROM guarded_by_code", {"guarded_by_code"}, set()),
        ("REINDEX TABLE indexed", {"indexed"}, set()),
        ("ANALYZE measured", {"measured"}, {"secret"}),
    ],
)
def test_bodies_are_followed(
    sql: str, reads: set[str], touches: set[str], read_catalog: Catalog
) -> None:
    reached = reach_of(sql, read_catalog)
    found = {one.name for one in reached.touches if one.kind != "S"}
    assert ({one.name for one in reached.reads}, found) == (reads, touches)
    assert (reached.opaque, reached.unwatchable) == ("", "")


def test_what_workers_may_touch_is_known(read_catalog: Catalog) -> None:
    for call in ("look_aside", "calls_aside", "atomic"):
        assert "secret" in {one.name for one in reach_of(f"SELECT {call}(1)", read_catalog).aside}
    assert not reach_of("SELECT look(1)", read_catalog).aside


def test_rows_of_a_statement_have_a_name_in_its_trigger(any_database: Postgres) -> None:
    any_database.execute(
        """
        CREATE TABLE t (id int);
        CREATE FUNCTION count_them() RETURNS trigger LANGUAGE plpgsql
          AS 'BEGIN PERFORM count(*) FROM fresh; RETURN NULL; END';
        CREATE TRIGGER c AFTER INSERT ON t REFERENCING NEW TABLE AS fresh
          FOR EACH STATEMENT EXECUTE FUNCTION count_them();
        """
    )
    assert not reach_of("INSERT INTO t VALUES (1)", picture(any_database, read=True)).opaque


def test_settings_that_change_how_text_is_read_leave_a_body_unread(any_database: Postgres) -> None:
    any_database.execute(
        """
        CREATE FUNCTION g() RETURNS text LANGUAGE sql SET search_path = '' AS 'SELECT 1::text';
        CREATE FUNCTION f() RETURNS text LANGUAGE sql SET standard_conforming_strings = off
          AS 'SELECT g()';
        """
    )
    catalog = picture(any_database, read=True)
    assert reach_of("SELECT f()", catalog).function == "public.f"
    assert not reach_of("SELECT g()", catalog).opaque
