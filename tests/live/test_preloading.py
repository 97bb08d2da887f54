"""What a database has run most is read ahead, so that statements like those are known at once."""

import asyncio
import logging
import secrets
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import servers
from proxies import eventually, prepared, running_proxy
from servers import Postgres

from pgtoll.parsing.facts_cache import FactsCache
from pgtoll.parsing.parsers import Parsers
from pgtoll.upkeep.preloading import preload

pytestmark = pytest.mark.live

TABLES = """
CREATE TABLE contact (id int, name text, since date);
CREATE TABLE invoice (id int, contact int, amount numeric);
"""
# As applications send them, and the same with other constants.
STATEMENTS = [
    ("SELECT name FROM contact WHERE id = 4711;", "SELECT name FROM contact WHERE id = 12;"),
    (
        "  SELECT * FROM contact WHERE name = 'a' AND id > -1 LIMIT 5 ",
        "SELECT * FROM contact WHERE name = 'b' AND id > -7 LIMIT 1",
    ),
    (
        "INSERT INTO contact (id, name) VALUES (1, 'a'), (2, NULL)",
        "INSERT INTO contact (id, name) VALUES (3, 'b')",
    ),
    ("UPDATE invoice SET amount = 2.5 WHERE id = 1", "UPDATE invoice SET amount = 7 WHERE id = 2"),
    ("DELETE FROM invoice WHERE id = 1", "DELETE FROM invoice WHERE id = 999;\n"),
    (
        "/* app */ SELECT i.amount FROM invoice i JOIN contact c ON c.id = i.id WHERE c.id = 3",
        "/* app */ SELECT i.amount FROM invoice i JOIN contact c ON c.id = i.id WHERE c.id = 4",
    ),
    ("SELECT true, NULL, 'x'::text", "SELECT false, 'y', 'z'::text"),
]


@pytest.fixture(scope="module", params=["newest", "oldest"])
def counting(request: pytest.FixtureRequest) -> Iterator[Postgres]:
    """A server that loads pg_stat_statements, with a database in which it is installed."""
    binaries = servers.embedded_binaries()
    if request.param == "oldest":
        binaries = servers.system_binaries(15)
    if binaries is None:
        pytest.skip(f"the {request.param} PostgreSQL is not installed")
    with servers.cluster(binaries, shared_preload_libraries="pg_stat_statements") as server:
        database = server.new_database(f"counted_{secrets.token_hex(4)}")
        database.execute("CREATE SCHEMA own; CREATE EXTENSION pg_stat_statements SCHEMA own")
        database.execute(TABLES)
        with database.connect() as session:
            for sql, _ in STATEMENTS:
                session.execute(sql.encode(), prepare=False)
        yield database


def preloaded(database: Postgres, most: int = 500, dsn: str = "") -> FactsCache:
    facts = FactsCache()

    async def load() -> None:
        parsers = Parsers()
        await parsers.start()
        try:
            await preload(dsn or database.dsn, most, facts, parsers.read_ahead)
        finally:
            await parsers.close()

    asyncio.run(load())
    return facts


def test_what_was_run_is_known_with_other_constants(counting: Postgres) -> None:
    facts = preloaded(counting)
    for one, other in STATEMENTS:
        for sql in (one.encode(), other.encode()):
            assert facts.has(sql, sql), sql
    assert not facts.has(b"SELECT name FROM invoice", b"SELECT name FROM invoice")
    assert facts.preloaded >= len(STATEMENTS)


def test_only_what_was_run_most_is_read(counting: Postgres) -> None:
    often, seldom = b"SELECT id FROM contact", b"SELECT id FROM invoice"
    with counting.connect() as session:
        session.execute(seldom)
        for _ in range(100):
            session.execute(often, prepare=False)
    facts = preloaded(counting, most=1)
    assert (facts.preloaded, facts.has(often, often), facts.has(seldom, seldom)) == (1, True, False)
    assert preloaded(counting, most=0).preloaded == 0


def test_who_may_not_see_the_statements_does_without(counting: Postgres) -> None:
    counting.execute("DROP ROLE IF EXISTS stranger; CREATE ROLE stranger LOGIN")
    dsn = counting.dsn.replace(f"user={counting.user}", "user=stranger")
    assert "stranger" in dsn
    assert preloaded(counting, dsn=dsn).preloaded == 0


def test_without_the_extension_nothing_is_read(
    counting: Postgres, postgres: Postgres, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "pgtoll.preloading")
    other = counting.dsn.replace(f"dbname={counting.dbname}", "dbname=postgres")
    assert preloaded(counting, dsn=other).preloaded == 0
    assert preloaded(postgres).preloaded == 0
    nobody = "host=127.0.0.1 port=1 user=x dbname=x connect_timeout=1"
    assert preloaded(postgres, dsn=nobody).preloaded == 0
    assert "no statements are read ahead" in caplog.text


def test_a_proxy_reads_them_when_it_starts(counting: Postgres, tmp_path: Path) -> None:
    with prepared(counting, tmp_path) as (licensing, trust):
        database = licensing.database
        database.execute(f"{TABLES}; CREATE EXTENSION pg_stat_statements")
        with database.connect() as session:
            for _ in range(50):
                session.execute(b"SELECT name FROM contact WHERE id = 1", prepare=False)
        with running_proxy(database, trust, options=("--preload-statements", "50")) as proxy:
            assert eventually(lambda: "read ahead=" in proxy.log.read_text(), within=60)
            with psycopg.connect(proxy.dsn(database.user), autocommit=True) as client:
                client.execute(b"SELECT name FROM contact WHERE id = 2", prepare=False)
        assert "shape=1 misses=0" in proxy.log.read_text()
