"""A refusal looks like PostgreSQL's own, keeps the rules of transactions, is written down once."""

import secrets
from collections.abc import Iterator

import psycopg
import pytest
from proxies import Person, Session, Site, eventually, running_site
from psycopg import errors
from psycopg.pq import TransactionStatus
from raw_client import RawClient, describe_portal, sqlstates, types
from servers import Postgres

from pgtoll.wire.messages import FLUSH, SYNC, bind, close, execute, parse, query

pytestmark = pytest.mark.live

RECORDED_WITHIN = 5.0
TABLES = (
    "CREATE TABLE mrktinvoice (n int, secret text)",
    "INSERT INTO mrktinvoice VALUES (1, 'hush')",
    "CREATE TABLE plain (n int)",
    "INSERT INTO plain SELECT generate_series(1, 3)",
    "CREATE VIEW peek AS SELECT secret FROM mrktinvoice",
    "CREATE VIEW over_peek AS SELECT secret FROM peek",
    "CREATE MATERIALIZED VIEW kept AS SELECT secret FROM mrktinvoice",
    "CREATE TABLE mrktparent (n int)",
    "CREATE TABLE heir (m int) INHERITS (mrktparent)",
    "CREATE TABLE mrktparted (n int) PARTITION BY LIST (n)",
    "CREATE TABLE one_part PARTITION OF mrktparted FOR VALUES IN (1)",
    "CREATE TABLE elder (n int, secret text)",
    "CREATE TABLE mrktyounger (m int) INHERITS (elder)",
    "CREATE VIEW writing AS SELECT n FROM plain",
    "CREATE RULE r AS ON INSERT TO writing DO INSTEAD INSERT INTO mrktinvoice VALUES (NEW.n, 'w')",
)

# Each touches what Bob lacks, as its text and the catalog show: statement, and the table named.
TOUCHING = [
    ("SELECT secret FROM mrktinvoice", "mrktinvoice"),
    ('SELECT secret FROM "mrktinvoice"', "mrktinvoice"),
    ("SELECT secret FROM MrktInvoice WHERE n = 1", "mrktinvoice"),
    ("TABLE mrktinvoice", "mrktinvoice"),
    ("SELECT (SELECT secret FROM mrktinvoice LIMIT 1)", "mrktinvoice"),
    ("SELECT 1 FROM plain WHERE EXISTS (SELECT FROM mrktinvoice)", "mrktinvoice"),
    ("WITH s AS (SELECT secret FROM mrktinvoice) SELECT 1", "mrktinvoice"),
    ("INSERT INTO mrktinvoice VALUES (2, 'x')", "mrktinvoice"),
    ("INSERT INTO plain SELECT n FROM mrktinvoice", "mrktinvoice"),
    ("UPDATE mrktinvoice SET n = 3", "mrktinvoice"),
    ("UPDATE plain SET n = 3 FROM mrktinvoice", "mrktinvoice"),
    ("DELETE FROM plain USING mrktinvoice", "mrktinvoice"),
    ("MERGE INTO plain USING mrktinvoice m ON false WHEN MATCHED THEN DELETE", "mrktinvoice"),
    ("COPY mrktinvoice TO STDOUT", "mrktinvoice"),
    ("COPY (SELECT secret FROM mrktinvoice) TO STDOUT", "mrktinvoice"),
    ("COPY mrktinvoice FROM STDIN", "mrktinvoice"),
    ("LOCK TABLE mrktinvoice", "mrktinvoice"),
    ("TRUNCATE mrktinvoice", "mrktinvoice"),
    ("EXPLAIN ANALYZE SELECT * FROM mrktinvoice", "mrktinvoice"),
    ("CREATE TABLE stolen AS TABLE mrktinvoice", "mrktinvoice"),
    ("PREPARE p AS SELECT secret FROM mrktinvoice", "mrktinvoice"),
    ("DECLARE c CURSOR FOR SELECT secret FROM mrktinvoice", "mrktinvoice"),
    ("SELECT secret FROM peek", None),
    ("SELECT secret FROM over_peek", None),
    ("SELECT secret FROM kept", None),
    ("SELECT n FROM heir", None),
    ("SELECT n FROM one_part", None),
    ("SELECT secret FROM elder", None),
    ("INSERT INTO writing VALUES (1)", None),
]


@pytest.fixture(scope="module")
def bob(licensed_site: Site) -> Iterator[Person]:
    """Bob, who lacks the add-on, and its tables, which the database itself would let him use."""
    bob = Person(licensed_site, licensed_site.bob, schema="refusals", lacking=True)
    bob.clean(*TABLES)
    yield bob
    bob.leave()


@pytest.fixture
def session(bob: Person) -> Iterator[Session]:
    with bob.connect() as session:
        yield session


def refusal(session: Session, sql: str, **how: bool) -> psycopg.errors.Diagnostic:
    """The refusal of a statement."""
    with pytest.raises(errors.InsufficientPrivilege) as caught:
        session.execute(sql.encode(), **how)  # type: ignore[call-overload]
    return caught.value.diag


@pytest.mark.parametrize("how", [{}, {"binary": True}, {"prepare": True}], ids=str)
@pytest.mark.parametrize(("sql", "table"), TOUCHING)
def test_what_touches_the_addon_is_refused(
    bob: Person, session: Session, sql: str, table: str | None, how: dict[str, bool]
) -> None:
    diag = refusal(session, sql, **how)
    assert diag.severity_nonlocalized == "ERROR"
    assert diag.message_primary == (
        f'no license for table "{diag.table_name}" of product "marketing" for user "{bob.user}"'
    )
    assert diag.message_detail == "user has no seat of the personal license"
    assert f"pgtoll seats grant marketing {bob.user}" in (diag.message_hint or "")
    assert (diag.schema_name, diag.table_name) == ("refusals", table or diag.table_name)
    assert session.info.transaction_status is TransactionStatus.IDLE
    assert session.execute("SELECT count(*) FROM plain").fetchone() == (3,)


@pytest.mark.parametrize("prepare", [None, True])
def test_a_refusal_aborts_the_transaction(session: Session, prepare: bool | None) -> None:
    session.execute("BEGIN")
    session.execute("INSERT INTO plain VALUES (4)")
    with pytest.raises(errors.InsufficientPrivilege):
        session.execute("SELECT * FROM mrktinvoice", prepare=prepare)
    assert session.info.transaction_status == TransactionStatus.INERROR.value
    with pytest.raises(errors.InFailedSqlTransaction):
        session.execute("SELECT 1")
    session.execute("ROLLBACK")
    assert session.execute("SELECT count(*) FROM plain").fetchone() == (3,)
    assert session.info.transaction_status is TransactionStatus.IDLE


@pytest.mark.parametrize("prepare", [None, True])
def test_a_savepoint_survives_a_refusal(session: Session, prepare: bool | None) -> None:
    session.execute("BEGIN; SAVEPOINT s")
    with pytest.raises(errors.InsufficientPrivilege):
        session.execute("SELECT * FROM mrktinvoice", prepare=prepare)
    session.execute("ROLLBACK TO s")
    assert session.execute("SELECT count(*) FROM plain").fetchone() == (3,)
    session.execute("COMMIT")


def test_the_whole_text_falls_with_one_refused_statement(session: Session) -> None:
    refusal(session, "INSERT INTO plain VALUES (5); SELECT * FROM mrktinvoice; SELECT 1")
    assert session.execute("SELECT count(*) FROM plain").fetchone() == (3,)


def test_what_came_before_a_commit_in_the_text_stays(bob: Person, session: Session) -> None:
    refusal(session, "BEGIN; INSERT INTO plain VALUES (6); COMMIT; SELECT * FROM mrktinvoice")
    assert session.execute("DELETE FROM plain WHERE n = 6").rowcount == 1


def test_the_rest_of_a_pipeline_is_skipped(bob: Person) -> None:
    with RawClient(bob.site.proxy.port) as client:
        client.start(bob.user, bob.site.database.dbname, search_path=bob.schema)
        client.send(
            *(parse(b"", b"SELECT 1"), bind(b"", b""), execute(b"")),
            *(parse(b"", b"SELECT * FROM mrktinvoice"), bind(b"", b""), execute(b"")),
            *(parse(b"", b"INSERT INTO plain VALUES (7)"), bind(b"", b""), execute(b"")),
            SYNC,
            query(b"SELECT count(*) FROM plain"),
        )
        replies = client.replies()
        assert types(replies) == b"12DCEZ"
        assert sqlstates(replies) == ["42501"]
        after = client.replies()
        assert types(after) == b"TDCZ"
        assert after[1][1].endswith(b"3")


def test_a_refused_parse_leaves_no_older_statement_to_run(bob: Person) -> None:
    with RawClient(bob.site.proxy.port) as client:
        client.start(bob.user, bob.site.database.dbname, search_path=bob.schema)
        for name in (b"", b"named"):
            client.send(parse(name, b"INSERT INTO plain VALUES (8)"), SYNC)
            assert types(client.replies()) == b"1Z"
            client.send(close(b"S", name) if name else b"", SYNC)
            client.replies()
            client.send(parse(name, b"SELECT * FROM mrktinvoice"), FLUSH, bind(b"", name))
            client.send(describe_portal(), execute(b""), SYNC)
            assert types(client.replies()) == b"EZ"
    assert bob.site.rows("refusals.plain") == 3


def test_a_table_stays_licensed_under_any_name(bob: Person) -> None:
    renamed = Person(bob.site, bob.user, schema="renaming", lacking=True)
    renamed.clean("CREATE TABLE mrktmoved (n int)", "CREATE SCHEMA IF NOT EXISTS elsewhere")
    moves = [
        ("ALTER TABLE renaming.mrktmoved RENAME TO innocent", "renaming.innocent"),
        ("ALTER TABLE renaming.innocent SET SCHEMA elsewhere", "elsewhere.innocent"),
    ]
    for sql, name in moves:
        bob.site.run(sql)
        bob.site.settle()
        with renamed.connect() as session:
            diag = refusal(session, f"SELECT n FROM {name}")
        assert 'of product "marketing"' in (diag.message_primary or "")
    bob.site.run("DROP SCHEMA elsewhere CASCADE")
    renamed.leave()


def test_a_table_renamed_by_its_user_stays_licensed(bob: Person) -> None:
    renamed = Person(bob.site, bob.user, schema="renaming", lacking=True)
    renamed.clean("CREATE TABLE mrktmoved (n int)")
    with renamed.connect() as session:
        try:
            session.execute("ALTER TABLE mrktmoved RENAME TO innocent")
        except errors.InsufficientPrivilege:
            return
        refusal(session, "SELECT n FROM innocent")


def test_every_refusal_is_written_down_once(bob: Person, session: Session) -> None:
    mark = f"mark_{secrets.token_hex(4)}"
    statements = [
        f"SELECT '{mark} simple' FROM mrktinvoice",
        f"DO $$ BEGIN PERFORM '{mark} watched', n FROM mrktinvoice; END $$",
        f"BEGIN; SELECT '{mark} text'; SELECT * FROM mrktinvoice",
    ]
    for sql in statements:
        refusal(session, sql)
        session.rollback()
    refusal(session, f"SELECT '{mark} prepared' FROM mrktinvoice", prepare=True)

    def written() -> list[str]:
        return [row[3] for row in bob.site.refusals() if mark in row[3]]

    assert eventually(lambda: len(written()) == 4, within=RECORDED_WITHIN), written()
    assert eventually(lambda: len(written()) > 4, within=1.5) is False
    rows = [row for row in bob.site.refusals() if mark in row[3]]
    assert {row[:3] for row in rows} == {(bob.user, "42501", "mrktinvoice")}


def test_a_full_table_is_written_down_once(demo_site: Site) -> None:
    person = Person(demo_site, demo_site.alice, schema="written")
    person.clean("CREATE TABLE full_up AS SELECT generate_series(1, 1000) AS n")
    with person.connect() as session, pytest.raises(errors.ConfigurationLimitExceeded):
        session.execute("INSERT INTO full_up VALUES (1)")

    def written() -> list[tuple[object, ...]]:
        return [row for row in demo_site.refusals() if row[2] == "full_up"]

    assert eventually(lambda: bool(written()), within=RECORDED_WITHIN)
    assert written() == [(person.user, "53400", "full_up", "INSERT INTO full_up VALUES (1)")]


@pytest.fixture(scope="module")
def observing(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Person]:
    """Bob again, at a proxy that refuses nothing."""
    directory = tmp_path_factory.mktemp("observing")
    with running_site(postgres, directory, licensed=True, mode="observe") as site:
        bob = Person(site, site.bob, schema="refusals")
        bob.clean(*TABLES)
        yield bob


def test_observing_refuses_nothing_and_writes_it_down(observing: Person) -> None:
    with observing.connect() as session:
        for prepare in (None, True):
            found = session.execute("SELECT secret FROM mrktinvoice", prepare=prepare)
            assert found.fetchall() == [("hush",)]
        session.execute("DO $$ BEGIN PERFORM FROM mrktinvoice; END $$")
        assert session.execute("SELECT n FROM plain").rowcount == 3

    def written() -> list[tuple[object, ...]]:
        return [row[:3] for row in observing.site.refusals() if "secret" in str(row[3])]

    assert eventually(lambda: len(written()) >= 2, within=RECORDED_WITHIN)
    assert set(written()) == {(observing.user, "42501", "mrktinvoice")}
