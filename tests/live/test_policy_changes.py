"""A store that was put back is not gone by: by nobody, until somebody has accepted what is lost."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from keeping import Kept, keeping, soon, with_kept
from licensing import MARKETING, Licensing
from proxies import Proxy, eventually, license_add_on, prepared, running_proxy
from psycopg import errors
from servers import Postgres

from pgtoll.backup import restoring
from pgtoll.errors import StoreError

pytestmark = pytest.mark.live

SOON = 20.0
MARKS = "SELECT count(*), count(DISTINCT number) FROM pgtoll.policy_change"

# What a base backup from before the last change leaves: no trigger runs, and nobody is told.
PUT_BACK = """
SET session_replication_role = replica;
DELETE FROM pgtoll.policy_change WHERE number = (SELECT max(number) FROM pgtoll.policy_change);
INSERT INTO pgtoll.seat (product, username) VALUES ('marketing', 'alice');
"""


@pytest.fixture
def sold(postgres: Postgres, tmp_path: Path) -> Iterator[Licensing]:
    """A database in which base is licensed for the server, and the add-on for Alice alone."""
    with prepared(postgres, tmp_path) as (licensing, _):
        license_add_on(licensing, "alice")
        yield licensing


def changes(database: Postgres) -> tuple[int, int]:
    with database.connect() as session:
        row = session.execute(MARKS.encode()).fetchone()
    assert row is not None
    return int(row[0]), int(row[1])


def accept(sold: Licensing) -> int:
    dsn = sold.database.dsn
    return len(asyncio.run(restoring.accept(dsn, dsn)).lost)


def test_each_transaction_that_changes_something_is_one_change(sold: Licensing) -> None:
    (before, _), database = changes(sold.database), sold.database
    database.execute("INSERT INTO pgtoll.seat SELECT 'x', 'u' || n FROM generate_series(1, 50) n")
    assert changes(database) == (before + 1, before + 1)
    with database.connect(autocommit=False) as session:
        session.execute("DELETE FROM pgtoll.seat WHERE product = 'x'")
        session.execute("SAVEPOINT a; DELETE FROM pgtoll.document; ROLLBACK TO a")
        session.commit()
        session.execute("DELETE FROM pgtoll.document")
        session.rollback()
        session.execute("SELECT * FROM pgtoll.document")
        session.commit()
    assert changes(database) == (before + 2, before + 2)
    database.execute("TRUNCATE pgtoll.seat")
    assert changes(database) == (before + 3, before + 3)


def test_changes_at_once_are_numbered_as_they_are_committed(sold: Licensing) -> None:
    (before, _), database = changes(sold.database), sold.database

    def work(number: int) -> None:
        with database.connect() as session:
            for _ in range(10):
                row = f"('x', 'u{number}')"
                session.execute(
                    f"INSERT INTO pgtoll.seat (product, username) VALUES {row}".encode()
                )
                session.execute(f"DELETE FROM pgtoll.seat WHERE username = 'u{number}'".encode())

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert changes(database) == (before + 80, before + 80)


def test_a_proxy_keeps_to_what_it_knew_until_that_is_accepted(
    sold: Licensing, caplog: pytest.LogCaptureFixture
) -> None:
    async def story(kept: Kept) -> None:
        await asyncio.to_thread(sold.revoke, MARKETING, "alice")
        assert await soon(lambda: kept.lacks("alice") == {MARKETING}, SOON)
        await asyncio.to_thread(sold.database.execute, PUT_BACK)
        assert await soon(lambda: "it has lost change" in kept.gate.problem, SOON)
        assert kept.lacks("alice") == {MARKETING}
        # Those that know nothing of it are told by the store.
        with pytest.raises(StoreError, match="put back to an earlier state"):
            async with keeping(sold):
                pass
        kept.gate.grace = 1
        assert await soon(lambda: "put back" in kept.gate.lapsed, SOON)
        # What comes later makes nothing good again.
        await asyncio.to_thread(sold.grant, MARKETING, "alice")
        await asyncio.to_thread(sold.database.execute, "NOTIFY pgtoll, 'policy'")
        await asyncio.sleep(1.0)
        assert kept.lacks("alice") == {MARKETING}
        assert kept.gate.lapsed
        assert await asyncio.to_thread(accept, sold) == 1
        assert await soon(lambda: kept.lacks("alice") == set(), SOON)
        assert await soon(lambda: not kept.gate.lapsed, SOON)
        assert not kept.gate.problem
        assert await asyncio.to_thread(accept, sold) == 0

    with_kept(sold, story)
    assert any("it has lost change" in one for one in caplog.messages)


def test_clients_are_told_and_so_is_the_load_balancer(sold: Licensing, tmp_path: Path) -> None:
    sold.database.execute("CREATE ROLE alice LOGIN; CREATE ROLE bob LOGIN")
    try:
        options = ("--store-grace", "10")
        with running_proxy(sold.database, tmp_path / "trust", options=options) as proxy:
            with proxy.connect("alice") as session:
                _lapsed(sold, proxy, session)
            accept(sold)
            assert eventually(lambda: _served(proxy), within=SOON)
    finally:
        sold.database.execute("DROP OWNED BY alice, bob; DROP ROLE alice; DROP ROLE bob")


def _lapsed(sold: Licensing, proxy: Proxy, session: psycopg.Connection[tuple[object, ...]]) -> None:
    sold.database.execute('CREATE TABLE "MrktOffer" (); GRANT ALL ON "MrktOffer" TO PUBLIC')
    session.execute("CREATE TEMP TABLE kept (n int)")
    sold.revoke(MARKETING, "alice")
    assert eventually(lambda: _refused(proxy), within=SOON)  # by now it has gone by that
    session.execute("BEGIN; INSERT INTO kept VALUES (1)")
    sold.database.execute(PUT_BACK)
    assert eventually(lambda: not _served(proxy), within=10 + SOON)
    session.execute("COMMIT")  # what has begun may end
    with pytest.raises(errors.CannotConnectNow, match="not known any more") as caught:
        session.execute("SELECT * FROM kept")
    assert "put back to an earlier state" in str(caught.value.diag.message_detail)
    assert caught.value.diag.message_hint


def _refused(proxy: Proxy) -> bool:
    with proxy.connect("alice") as session, suppress(errors.InsufficientPrivilege):
        session.execute('SELECT FROM "MrktOffer"')
        return False
    return True


def _served(proxy: Proxy) -> bool:
    try:
        proxy.connect("bob").close()
    except psycopg.OperationalError as exc:
        return "not known any more" not in str(exc)
    return True
