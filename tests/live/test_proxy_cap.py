"""Demo mode: every way of inserting fills a table to exactly its cap, and not one row further."""

from collections.abc import Iterator

import psycopg
import pytest
from proxies import Person, Session, Site
from psycopg import errors
from raw_client import RawClient, types

from pgtoll.wire.messages import FLUSH, bind, execute, parse, query

pytestmark = pytest.mark.live

CAP = 1000
BEFORE = 990  # rows that every table begins with
ROOM = CAP - BEFORE

TABLES = """
CREATE TABLE t (x int);
CREATE TABLE keyed (x int PRIMARY KEY, n int DEFAULT 0);
CREATE TABLE source (x int);
CREATE TABLE parted (x int) PARTITION BY RANGE (x);
CREATE TABLE low PARTITION OF parted FOR VALUES FROM (-100000) TO (500);
CREATE TABLE high PARTITION OF parted FOR VALUES FROM (500) TO (100000);
CREATE VIEW seen AS SELECT x FROM t;
CREATE VIEW ruled AS SELECT 1 AS x;
CREATE RULE r AS ON INSERT TO ruled DO INSTEAD INSERT INTO t VALUES (NEW.x);
CREATE FUNCTION copy_row() RETURNS trigger LANGUAGE plpgsql
  AS 'BEGIN INSERT INTO t VALUES (NEW.x); RETURN NULL; END';
CREATE TRIGGER copy BEFORE INSERT ON source FOR EACH ROW EXECUTE FUNCTION copy_row();
CREATE FUNCTION fill(n int) RETURNS void LANGUAGE sql
  AS 'INSERT INTO t SELECT generate_series(1001, 1000 + n)';
CREATE FUNCTION fill_unseen(n int) RETURNS int LANGUAGE plpgsql AS
  $$ BEGIN EXECUTE 'INSERT INTO t SELECT 1000 + generate_series(1, $1)' USING n; RETURN n; END $$;
CREATE PROCEDURE filling(n int) LANGUAGE plpgsql AS
  'BEGIN FOR i IN 1001 .. 1000 + n LOOP INSERT INTO t VALUES (i); END LOOP; END';
INSERT INTO t SELECT generate_series(1, 990);
INSERT INTO keyed SELECT generate_series(1, 990);
INSERT INTO parted SELECT generate_series(1, 990);
"""

# Each adds {n} rows, numbered from 1001, to table t unless another stands before an @.
FORMS = [
    "INSERT INTO t SELECT generate_series(1001, 1000 + {n})",
    "INSERT INTO t SELECT generate_series(1001, 1000 + {n}) RETURNING x",
    "INSERT INTO t VALUES {values}",
    "INSERT INTO t VALUES {values} RETURNING x",
    "WITH i AS (INSERT INTO t SELECT generate_series(1001, 1000 + {n}) RETURNING x) TABLE i",
    "WITH d AS (DELETE FROM t WHERE x < 0) INSERT INTO t SELECT generate_series(1001, 1000 + {n})",
    "MERGE INTO t USING generate_series(1001, 1000 + {n}) g ON t.x = g"
    " WHEN NOT MATCHED THEN INSERT VALUES (g)",
    "keyed@INSERT INTO keyed SELECT g FROM generate_series(1, 1000 + {n}) g"
    " WHERE g <= 990 OR g > 1000"
    " ON CONFLICT (x) DO UPDATE SET n = keyed.n + 1",
    "keyed@INSERT INTO keyed SELECT g FROM generate_series(1, 1000 + {n}) g"
    " WHERE g <= 990 OR g > 1000"
    " ON CONFLICT DO NOTHING",
    "INSERT INTO seen SELECT generate_series(1001, 1000 + {n})",
    "INSERT INTO ruled SELECT generate_series(1001, 1000 + {n})",
    "INSERT INTO source SELECT generate_series(1001, 1000 + {n})",
    "SELECT fill({n})",
    "SELECT fill_unseen({n})",
    "SELECT 1 WHERE fill_unseen({n}) > 0",
    "CALL filling({n})",
    "DO $$ BEGIN INSERT INTO t SELECT generate_series(1001, 1000 + {n}); END $$",
    "DO $$ BEGIN EXECUTE 'INSERT INTO ' || 't SELECT generate_series(1001, 1000 + {n})'; END $$",
    "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF)"
    " INSERT INTO t SELECT generate_series(1001, 1000 + {n})",
    "parted@INSERT INTO parted SELECT generate_series(1001, 1000 + {n})",
    "parted@INSERT INTO low SELECT -generate_series(1001, 1000 + {n})",
    "parted@INSERT INTO parted SELECT g * (-1) ^ g FROM generate_series(1001, 1000 + {n}) g",
]
TEXTS = [
    "BEGIN; INSERT INTO t SELECT generate_series(1001, 1000 + {n}); COMMIT",
    "INSERT INTO t SELECT generate_series(1002, 1000 + {n}); INSERT INTO t VALUES (1001)",
    "SELECT 1; INSERT INTO t SELECT generate_series(1001, 1000 + {n}); SELECT 2",
    "INSERT INTO t VALUES (1001); BEGIN;"
    " INSERT INTO t SELECT generate_series(1002, 1000 + {n}); END; SELECT 1",
    "PREPARE p AS INSERT INTO t SELECT generate_series(1001, 1000 + $1); EXECUTE p ({n});"
    " DEALLOCATE p",
]
COPIES = ["text", "csv", "binary"]


@pytest.fixture(scope="module", params=["demo_site", "demo_site15"])
def demo(request: pytest.FixtureRequest) -> Person:
    """Somebody in demo mode, on the newest server and on the oldest."""
    site: Site = request.getfixturevalue(request.param)
    person = Person(site, site.alice, schema="cap")
    person.clean(TABLES)
    return person


@pytest.fixture
def session(demo: Person) -> Iterator[Session]:
    """A session of that person's, with room for ten rows in each table."""
    demo.site.run("DELETE FROM cap.t WHERE x NOT BETWEEN 1 AND 990")
    demo.site.run("DELETE FROM cap.keyed WHERE x > 990; DELETE FROM cap.source")
    demo.site.run("DELETE FROM cap.parted WHERE x NOT BETWEEN 1 AND 990")
    with demo.connect() as session:
        yield session


def filled(form: str, rows: int) -> tuple[str, str]:
    """The table that a form fills, and its statement for so many rows."""
    table, _, sql = form.rpartition("@")
    values = ", ".join(f"({1000 + g})" for g in range(1, rows + 1))
    return table or "t", sql.replace("{n}", str(rows)).replace("{values}", values)


def assert_full(caught: pytest.ExceptionInfo[psycopg.Error], table: str, user: str) -> None:
    """The refusal says what is full, for whom, and what to do."""
    diag = caught.value.diag
    assert (diag.severity_nonlocalized, diag.sqlstate) == ("ERROR", "53400")
    assert (diag.schema_name, diag.table_name) == ("cap", table)
    assert diag.message_primary == (
        f'table "{table}" of product "base" is full for user "{user}": demo mode allows 1000 rows'
    )
    assert "No license" in (diag.message_detail or "")
    assert "pgtoll license upload" in (diag.message_hint or "")
    assert diag.statement_position is None


def fails_one_row_over(demo: Person, session: Session, form: str, protocol: str = "simple") -> None:
    """A form fills its table to the last row; with one row more it does nothing at all."""
    how = {"simple": {}, "extended": {"binary": True}, "prepared": {"prepare": True}}[protocol]
    table, sql = filled(form, ROOM + 1)
    with pytest.raises(errors.ConfigurationLimitExceeded) as caught:
        session.execute(sql.encode(), **how)  # type: ignore[call-overload]
    session.rollback()
    assert_full(caught, table, demo.user)
    assert demo.site.rows(f"cap.{table}") == BEFORE
    table, sql = filled(form, ROOM)
    session.execute(sql.encode(), **how)  # type: ignore[call-overload]
    session.commit()
    assert demo.site.rows(f"cap.{table}") == CAP


@pytest.mark.parametrize("protocol", ["simple", "extended"])
def test_a_megabyte_of_rows_is_counted_by_those_that_are_new(
    demo: Person, session: Session, protocol: str
) -> None:
    rows = "(7), " * 200_000 + "{values}"
    fails_one_row_over(
        demo, session, f"keyed@INSERT INTO keyed VALUES {rows} ON CONFLICT DO NOTHING", protocol
    )


def test_an_empty_query_ends_a_round_that_is_counted(demo: Person, session: Session) -> None:
    with RawClient(demo.site.proxy.port) as client:
        client.start(demo.user, demo.site.database.dbname, search_path=demo.schema)
        insert = f"INSERT INTO t SELECT generate_series(1001, 1000 + {ROOM})".encode()
        client.send(parse(b"", insert), bind(b"", b""), execute(b""), FLUSH)
        assert types(client.replies(b"C")) == b"12C"
        client.send(query(b""))
        assert types(client.replies()) == b"IZ"
        client.send(parse(b"", b"INSERT INTO t VALUES (2001)"), bind(b"", b""), execute(b""))
        client.send(query(b""))
        assert types(client.replies()) == b"12EZ"
    assert demo.site.rows("cap.t") == CAP


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("protocol", ["simple", "extended", "prepared"])
def test_every_form_fills_a_table_to_its_cap(
    demo: Person, session: Session, form: str, protocol: str
) -> None:
    fails_one_row_over(demo, session, form, protocol)


@pytest.mark.parametrize("form", FORMS[:1] + FORMS[6:8] + FORMS[13:14] + FORMS[15:17])
def test_every_form_is_counted_in_a_transaction(demo: Person, session: Session, form: str) -> None:
    session.autocommit = False
    fails_one_row_over(demo, session, form)


@pytest.mark.parametrize("form", TEXTS)
def test_every_text_of_many_statements_is_counted(
    demo: Person, session: Session, form: str
) -> None:
    fails_one_row_over(demo, session, form)


@pytest.mark.parametrize("how", COPIES)
def test_a_copy_is_counted(demo: Person, session: Session, how: str) -> None:
    with pytest.raises(errors.ConfigurationLimitExceeded) as caught:
        copy(session, how, ROOM + 1)
    assert_full(caught, "t", demo.user)
    assert demo.site.rows("cap.t") == BEFORE
    copy(session, how, ROOM)
    assert demo.site.rows("cap.t") == CAP


def copy(session: Session, how: str, rows: int) -> None:
    with (
        session.cursor() as cursor,
        cursor.copy(f"COPY t FROM STDIN (FORMAT {how})".encode()) as into,
    ):
        if how == "binary":
            into.set_types(["int4"])
        for n in range(1, rows + 1):
            into.write_row([n + 1000]) if how != "csv" else into.write(f"{n + 1000}\n")


def test_a_pipeline_is_counted(demo: Person, session: Session) -> None:
    with pytest.raises(errors.ConfigurationLimitExceeded):
        insert_in_pipeline(session, ROOM + 1)
    assert demo.site.rows("cap.t") == BEFORE
    insert_in_pipeline(session, ROOM)
    assert demo.site.rows("cap.t") == CAP


def insert_in_pipeline(session: Session, rows: int) -> None:
    with session.pipeline():
        for n in range(rows):
            session.execute("INSERT INTO t VALUES (%s)", [1001 + n])


def test_each_round_of_a_pipeline_is_counted_alone(demo: Person, session: Session) -> None:
    with session.pipeline() as pipeline:
        for n in range(ROOM):
            session.execute("INSERT INTO t VALUES (%s)", [1001 + n])
            pipeline.sync()
        session.execute("INSERT INTO t VALUES (0)")
        with pytest.raises(errors.ConfigurationLimitExceeded):
            pipeline.sync()
        assert session.execute("SELECT count(*) FROM t").fetchone() == (CAP,)
    assert demo.site.rows("cap.t") == CAP


def test_many_executions_are_counted(demo: Person, session: Session) -> None:
    with pytest.raises(errors.ConfigurationLimitExceeded), session.cursor() as cursor:
        cursor.executemany("INSERT INTO t VALUES (%s)", [(1001 + n,) for n in range(ROOM + 1)])
    assert demo.site.rows("cap.t") <= CAP


@pytest.mark.parametrize(
    "sql",
    ["CREATE TABLE made AS {}", "SELECT * INTO made FROM ({}) q", "CREATE TABLE made (g) AS {}"],
)
@pytest.mark.parametrize("prepare", [None, True])
def test_a_table_made_with_its_rows_is_counted(
    demo: Person, session: Session, sql: str, prepare: bool | None
) -> None:
    rows = "SELECT generate_series(1, {}) AS g"
    session.execute("DROP TABLE IF EXISTS made")
    with pytest.raises(errors.ConfigurationLimitExceeded) as caught:
        session.execute(sql.format(rows.format(CAP + 1)).encode(), prepare=prepare)
    assert_full(caught, "made", demo.user)
    assert demo.site.value("SELECT to_regclass('cap.made')") is None
    session.execute(sql.format(rows.format(CAP)).encode(), prepare=prepare)
    assert demo.site.rows("cap.made") == CAP
    with pytest.raises(errors.ConfigurationLimitExceeded):
        session.execute("INSERT INTO made VALUES (1)")
