"""Two servers, of which one follows the other: whom clients get, and what happens when one goes."""

import asyncio
import secrets
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
import servers
from licensing import BASE, MARKETING, Licensing, Vendor
from programs import linux
from proxies import Proxy, eventually, running_proxy
from psycopg import errors
from replicas import Pair, is_standby, pair
from servers import Postgres

from pgtoll.store.migrations import initialise

pytestmark = [pytest.mark.live, linux]

BACK_SECONDS = 30.0  # for the proxy's own connections to find the new primary


@dataclass(frozen=True)
class Twins:
    """A primary and a standby with a licensed database, of which nothing is dropped afterwards."""

    pair: Pair
    database: Postgres
    licensing: Licensing
    trust: Path

    @contextmanager
    def proxy(self, *, standby_first: bool = False, **parameters: str) -> Iterator[Proxy]:
        """A proxy in front of both."""
        ports = [str(node.server.port) for node in (self.pair.primary, self.pair.standby)]
        listed = ",".join(reversed(ports) if standby_first else ports)
        dsn = self.pair.dsn(self.database.dbname, port=listed, **parameters)
        with running_proxy(self.database, self.trust, options=("--server", dsn)) as proxy:
            yield proxy


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twins]:
    with _twins(tmp_path_factory.mktemp("twins")) as made:
        yield made


@pytest.fixture
def other_twins(tmp_path: Path) -> Iterator[Twins]:
    """Some that are not as they were afterwards."""
    with _twins(tmp_path) as made:
        yield made


@contextmanager
def _twins(directory: Path) -> Iterator[Twins]:
    binaries = servers.system_binaries(15)
    if binaries is None:
        pytest.skip("PostgreSQL 15 is not installed")
    with pair(binaries) as both:
        server = both.primary.server
        database = server.new_database(f"twin_{secrets.token_hex(4)}")
        asyncio.run(initialise(database.dsn))
        vendor = Vendor.new()
        trust = directory / "trust"
        trust.mkdir()
        (trust / "vendor.pub").write_bytes(vendor.public)
        licensing = Licensing(database, vendor)
        licensing.upload(vendor.product(), vendor.license(BASE), vendor.license(MARKETING, seats=2))
        licensing.grant(MARKETING, "alice")
        database.execute(
            "CREATE ROLE alice LOGIN; CREATE ROLE bob LOGIN;"
            'CREATE TABLE "MrktOffer" (id int); GRANT ALL ON "MrktOffer" TO PUBLIC;'
            'CREATE VIEW harmless AS SELECT * FROM "MrktOffer"; GRANT SELECT ON harmless TO PUBLIC'
        )
        assert both.followed()
        yield Twins(both, database, licensing, trust)


def port_of(proxy: Proxy, user: str = "alice") -> int:
    """The server that a new client gets."""
    with proxy.connect(user) as session:
        row = session.execute("SELECT inet_server_port()").fetchone()
    assert row is not None
    return int(row[0])


def served(proxy: Proxy, user: str = "alice") -> Callable[[], bool]:
    def is_served() -> bool:
        try:
            return port_of(proxy, user) > 0
        except psycopg.OperationalError:
            return False

    return is_served


def reads(proxy: Proxy, user: str) -> Callable[[], bool]:
    """Whether a user may read what is licensed."""

    def may() -> bool:
        with proxy.connect(user) as session:
            try:
                session.execute('SELECT FROM "MrktOffer"')
            except errors.InsufficientPrivilege:
                return False
        return True

    return may


@pytest.mark.parametrize(
    ("wanted", "standby"),
    [
        ("any", True),
        ("primary", False),
        ("read-write", False),
        ("standby", True),
        ("read-only", True),
        ("prefer-standby", True),
    ],
)
def test_each_kind_of_session_gets_its_server(twins: Twins, wanted: str, standby: bool) -> None:
    ports = twins.pair.primary.server.port, twins.pair.standby.server.port
    with twins.proxy(standby_first=True, target_session_attrs=wanted) as proxy:
        assert port_of(proxy) == ports[standby]


def test_licenses_hold_on_a_standby(twins: Twins) -> None:
    with twins.proxy(target_session_attrs="standby") as proxy:
        with proxy.connect("alice") as session:
            assert session.execute('SELECT count(*) FROM "MrktOffer"').fetchone() == (0,)
        with proxy.connect("bob") as session:
            for sql in ('SELECT FROM "MrktOffer"', "SELECT FROM harmless"):
                with pytest.raises(errors.InsufficientPrivilege, match="license"):
                    session.execute(sql.encode())
            assert session.execute("SELECT 1").fetchone() == (1,)
        twins.licensing.grant(MARKETING, "bob")
        assert eventually(reads(proxy, "bob"), within=5)
        twins.licensing.revoke(MARKETING, "bob")


def test_a_cancel_reaches_the_server_that_runs_the_statement(twins: Twins) -> None:
    for wanted in ("primary", "standby"):
        with (
            twins.proxy(standby_first=True, target_session_attrs=wanted) as proxy,
            proxy.connect("alice") as session,
        ):
            timer = threading.Timer(0.3, session.cancel_safe, kwargs={"timeout": 10})
            timer.start()
            began = time.monotonic()
            with pytest.raises(errors.QueryCanceled):
                session.execute("SELECT pg_sleep(30)")
            assert time.monotonic() - began < 10
            timer.join()


def test_a_failover_ends_sessions_and_new_ones_go_to_the_new_primary(
    other_twins: Twins,
) -> None:
    twins = other_twins
    primary, standby = twins.pair.primary, twins.pair.standby
    with twins.proxy(target_session_attrs="read-write") as proxy:
        session = proxy.connect("alice")
        assert twins.pair.followed()
        primary.stop()
        with pytest.raises(psycopg.OperationalError) as caught:
            session.execute("SELECT 1")
        assert caught.value.sqlstate == "57P01"
        session.close()

        began = time.monotonic()
        with pytest.raises(psycopg.OperationalError) as caught:
            proxy.connect("alice")
        assert time.monotonic() - began < 3
        told = str(caught.value)
        assert f"PostgreSQL at 127.0.0.1:{primary.server.port} takes no connections" in told
        assert f"PostgreSQL at 127.0.0.1:{standby.server.port} is not read-write" in told

        standby.promote()
        assert eventually(lambda: not is_standby(standby.server), within=30)
        assert eventually(served(proxy), within=5)
        assert port_of(proxy) == standby.server.port
        # The store is where the new primary is, and the proxy finds it by itself.
        beside = Postgres("127.0.0.1", standby.server.port, "postgres", twins.database.dbname)
        Licensing(beside, twins.licensing.vendor).grant(MARKETING, "bob")

        assert eventually(reads(proxy, "bob"), within=BACK_SECONDS)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT, signal.SIGKILL])
def test_a_server_that_is_restarted_serves_the_next_client(
    twins: Twins, how: signal.Signals
) -> None:
    primary = twins.pair.primary
    dsn = f"host=127.0.0.1 port={primary.server.port} user=postgres dbname={twins.database.dbname}"
    options = ("--server", dsn)
    with running_proxy(twins.database, twins.trust, options=options) as proxy:
        session = proxy.connect("alice")
        primary.stop(how)
        with pytest.raises(psycopg.OperationalError) as caught:
            session.execute("SELECT 1")
        assert caught.value.sqlstate in {"57P01", "57P02", "08006"}
        session.close()
        began = time.monotonic()
        with pytest.raises(psycopg.OperationalError, match="cannot reach PostgreSQL"):
            proxy.connect("alice")
        assert time.monotonic() - began < 3
        primary.start()
        assert eventually(served(proxy), within=5)
        assert eventually(served(proxy, "bob"), within=BACK_SECONDS)
