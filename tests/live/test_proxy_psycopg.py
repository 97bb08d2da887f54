"""psycopg through the proxy and beside it sees the same results, notices and errors."""

from collections.abc import Callable
from datetime import UTC, datetime

import psycopg
import pytest
from proxies import Person, Session, Site
from psycopg.errors import Diagnostic
from psycopg.types.json import Jsonb

pytestmark = pytest.mark.live

Seen = list[object]
FIELDS = [name for name in dir(Diagnostic) if not name.startswith("_")]
ITEMS = (
    "CREATE TABLE item (id int PRIMARY KEY, name text NOT NULL, price numeric)",
    "CREATE TABLE part (id int REFERENCES item DEFERRABLE INITIALLY DEFERRED, n int CHECK (n > 0))",
    "INSERT INTO item SELECT g, 'item ' || g, g * 1.5 FROM generate_series(1, 20) g",
)
MOST_PARAMETERS = 65_535  # their number has two bytes


def said(diag: Diagnostic) -> Seen:
    """Every field of an error or a notice."""
    return [(name, getattr(diag, name)) for name in FIELDS]


def failure(session: Session, sql: str, *values: object) -> Seen:
    """The error that a statement fails with, and where it leaves the transaction."""
    with pytest.raises(psycopg.Error) as caught:
        session.execute(sql.encode(), values or None)
    return [*said(caught.value.diag), session.info.transaction_status]


def rows(session: Session, sql: str, *values: object, **how: bool) -> Seen:
    """What a query gives: its rows, their description, its status."""
    cursor = session.execute(sql.encode(), values or None, **how)
    described = [(one.name, one.type_code) for one in cursor.description or ()]
    return [*(cursor.fetchall() if described else ()), described, cursor.statusmessage]


def server_side_cursors(session: Session) -> Seen:
    with session.transaction(), session.cursor("c", scrollable=True) as cursor:
        cursor.execute("SELECT id, name FROM item ORDER BY id")
        seen: Seen = [cursor.fetchone(), cursor.fetchmany(5)]
        cursor.scroll(-2)
        return [*seen, cursor.fetchmany(3), cursor.fetchall(), cursor.rownumber]


def cursors_with_hold(session: Session) -> Seen:
    with session.cursor("held", withhold=True) as cursor:
        cursor.execute("SELECT id FROM item ORDER BY id")
        return [cursor.fetchmany(2), cursor.fetchall()]


def prepared_statements(session: Session) -> Seen:
    sql = "SELECT id, price FROM item WHERE id = %s"
    seen = [rows(session, sql, n) for n in range(12)]
    seen.append(rows(session, "UPDATE item SET price = %s WHERE id = 1", 5, prepare=True))
    seen.append(rows(session, "SELECT count(*) FROM pg_prepared_statements"))
    session.execute("DEALLOCATE ALL")
    return [*seen, rows(session, sql, 3)]


def values_of_many_types(session: Session) -> Seen:
    values = (1, 1.5, "ä", b"\0\1", None, True, [1, 2], datetime(2026, 1, 1, tzinfo=UTC))
    sql = "SELECT " + ", ".join(["%s"] * len(values))
    text, binary = rows(session, sql, *values), rows(session, sql, *values, binary=True)
    return [text, binary, rows(session, "SELECT %s", Jsonb({"a": [1]}))]


def as_many_parameters_as_there_can_be(session: Session) -> Seen:
    marks = ", ".join(["%s"] * MOST_PARAMETERS)
    numbers = list(range(MOST_PARAMETERS))
    text = f"SELECT count(*), max(n) FROM unnest(ARRAY[{marks}]::int[]) n"
    return [rows(session, text, *numbers), failure(session, text + ", unnest(%s)", *numbers, [1])]


def large_objects(session: Session) -> Seen:
    made = session.execute("SELECT lo_from_bytea(0, %s)", [b"some bytes"]).fetchone()
    assert made is not None
    with session.transaction():
        found = rows(session, "SELECT loread(lo_open(%s, 262144), 4), lo_get(%s)", made[0], made[0])
    return [
        found,
        rows(session, "SELECT lo_unlink(%s)", made[0]),
        failure(session, "SELECT lo_get(1)"),
    ]


def pipelines(session: Session) -> Seen:
    with session.pipeline() as pipeline:
        first = session.execute("SELECT id FROM item WHERE id < %s ORDER BY 1", [4])
        session.execute("INSERT INTO item VALUES (100, 'new', 1)")
        pipeline.sync()
        second = session.execute("SELECT count(*) FROM item")
        return [first.fetchall(), second.fetchall()]


def pipelines_that_fail(session: Session) -> Seen:
    with pytest.raises(psycopg.Error) as caught:
        _fail_in_pipeline(session)
    status = session.info.transaction_status
    return [*said(caught.value.diag), status, rows(session, "SELECT count(*) FROM item")]


def _fail_in_pipeline(session: Session) -> None:
    with session.pipeline():
        session.execute("INSERT INTO item VALUES (200, 'undone', 1)")
        session.execute("SELECT 1/0")
        session.execute("INSERT INTO item VALUES (201, 'skipped', 1)")


def many_at_once(session: Session) -> Seen:
    with session.cursor() as cursor:
        sql = "INSERT INTO item VALUES (%s, %s, 0) RETURNING id"
        cursor.executemany(sql, [(300 + n, "many") for n in range(30)], returning=True)
        returned = [cursor.fetchall()]
        while cursor.nextset():
            returned.append(cursor.fetchall())
        return [cursor.rowcount, returned]


def copies(session: Session) -> Seen:
    seen: Seen = []
    for how in ("text", "csv", "binary"):
        with session.cursor() as cursor:
            with cursor.copy(f"COPY item TO STDOUT (FORMAT {how})".encode()) as out:
                data = b"".join(out)
            seen += [data, cursor.statusmessage]
            cursor.execute("DELETE FROM item WHERE id > 10")
            with cursor.copy(f"COPY item FROM STDIN (FORMAT {how})".encode()) as into:
                into.write(_copied(how))
            seen += [cursor.statusmessage, rows(session, "SELECT * FROM item ORDER BY id")]
    return seen


def _copied(how: str) -> bytes:
    if how == "text":
        return b"11\televen\t\\N\n12\ttwelve\t1\n"
    if how == "csv":
        return b'11,"a ""b""",1.0\n'
    row = b"\0\3" + b"\0\0\0\4\0\0\0\x0b" + b"\0\0\0\1x" + b"\xff\xff\xff\xff"
    return b"PGCOPY\n\xff\r\n\0" + b"\0" * 8 + row + b"\xff\xff"


def copies_that_fail(session: Session) -> Seen:
    seen: Seen = []
    for data in (b"1\tdouble\t1\n", b"99\tshort\n"):
        with pytest.raises(psycopg.Error) as caught:
            _copy(session, data)
        seen += [said(caught.value.diag), session.info.transaction_status]
    with pytest.raises(ZeroDivisionError):
        _copy(session, b"50\tfifty\t1\n", ZeroDivisionError())
    return [*seen, rows(session, "SELECT count(*) FROM item")]


def _copy(session: Session, data: bytes, gives_up: Exception | None = None) -> None:
    with session.cursor() as cursor, cursor.copy("COPY item FROM STDIN") as into:
        into.write(data)
        if gives_up:
            raise gives_up


def notifications(session: Session) -> Seen:
    session.execute("LISTEN news")
    session.execute("NOTIFY news, 'one'")
    session.execute("SELECT pg_notify('news', 'two')")
    heard = session.notifies(timeout=5, stop_after=2)
    return [(one.channel, one.payload, one.pid == session.info.backend_pid) for one in heard]


def notices(session: Session) -> Seen:
    session.execute("DO $$ BEGIN RAISE NOTICE 'one'; RAISE WARNING 'two' USING HINT = 'h'; END $$")
    session.execute("CREATE TABLE IF NOT EXISTS item (id int)")
    return rows(session, "DROP TABLE IF EXISTS nothing")


def failures(session: Session) -> Seen:
    statements = (
        "SELECT 1/0",
        "SELEC 1",
        "SELECT nothing FROM item",
        "INSERT INTO item VALUES (1, 'again', 1)",
        "INSERT INTO item VALUES (NULL, NULL, NULL)",
        "INSERT INTO part VALUES (1, 0)",
        "SELECT 'x'::int",
    )
    seen: Seen = [failure(session, sql) for sql in statements]
    seen.append(failure(session, "SELECT %s::int", "x"))
    seen.append(failure(session, "INSERT INTO part VALUES (12345, 1)"))
    with session.transaction(force_rollback=True):
        seen += [failure(session, "SELECT 1/0"), failure(session, "SELECT 1")]
    return seen


def transactions(session: Session) -> Seen:
    seen: Seen = []
    with session.transaction():
        session.execute("INSERT INTO item VALUES (500, 'kept', 1)")
        with session.transaction(force_rollback=True):
            session.execute("DELETE FROM item")
        with session.transaction():
            session.execute("UPDATE item SET name = 'named' WHERE id = 500")
        seen.append(session.info.transaction_status)
    with pytest.raises(psycopg.errors.ForeignKeyViolation) as caught, session.transaction():
        session.execute("INSERT INTO part VALUES (12345, 1)")
    seen += [said(caught.value.diag), session.info.transaction_status]
    return [*seen, rows(session, "SELECT * FROM item WHERE id >= 20 ORDER BY id")]


def two_phases(session: Session) -> Seen:
    seen: Seen = []
    session.autocommit = False
    for number, end in enumerate((session.tpc_commit, session.tpc_rollback)):
        xid = session.xid(1, "parity", str(number))
        session.tpc_begin(xid)
        session.execute("INSERT INTO item VALUES (%s, 'phased', 1)", [600 + number])
        session.tpc_prepare()
        seen.append(session.info.transaction_status)
        end()
    return [*seen, rows(session, "SELECT id FROM item WHERE id >= 600")]


def streams(session: Session) -> Seen:
    with session.cursor() as cursor:
        return list(cursor.stream("SELECT id, name FROM item WHERE id > %s ORDER BY id", [3]))


def encodings(session: Session) -> Seen:
    session.execute("SET client_encoding TO 'LATIN1'")
    seen = rows(session, "SELECT 'äöü' || %s, length('äöü')", "é")
    seen += rows(session, "INSERT INTO item VALUES (700, 'ä', 1) RETURNING name")
    session.execute("SET standard_conforming_strings TO off; SET escape_string_warning TO off")
    seen += rows(session, r"SELECT 'a\'b', 'tab\tbed'")
    return [*seen, session.info.encoding, session.info.parameter_status("TimeZone")]


STORIES = [
    server_side_cursors,
    cursors_with_hold,
    prepared_statements,
    values_of_many_types,
    as_many_parameters_as_there_can_be,
    pipelines,
    pipelines_that_fail,
    many_at_once,
    copies,
    copies_that_fail,
    notifications,
    notices,
    failures,
    transactions,
    two_phases,
    streams,
    encodings,
]


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_psycopg_sees_no_difference(person: Person, story: Callable[[Session], Seen]) -> None:
    assert observed(person, story, proxied=True) == observed(person, story, proxied=False)


def observed(person: Person, story: Callable[[Session], Seen], *, proxied: bool) -> Seen:
    """What a story sees, its notices last."""
    person.clean(*ITEMS)
    heard: Seen = []
    with person.connect(proxied=proxied) as session:
        session.add_notice_handler(lambda diag: heard.append(said(diag)))
        return [*story(session), heard]


def test_large_objects_are_as_without_us_for_who_lacks_nothing(licensed_site: Site) -> None:
    """To all others they are refused: what they hold is nobody's table."""
    site = licensed_site
    with site.proxy.connect(site.alice) as proxied, site.database.connect() as direct:
        assert large_objects(proxied) == large_objects(direct)
