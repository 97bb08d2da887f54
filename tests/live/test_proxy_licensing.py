"""Licenses and seats take effect within a second, on open connections of every proxy."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta

import psycopg
import pytest
from licensing import BASE, MARKETING
from peers import execute_some
from proxies import IN_FORCE_SECONDS, Proxy, Session, Site, eventually, running_proxy, running_site
from psycopg import errors
from raw_client import RawClient, copy_data, sqlstates, types
from servers import Postgres

from pgtoll.wire.messages import SYNC, bind, message, parse, query

pytestmark = pytest.mark.live

Read = Callable[[Session], object]


@dataclass(frozen=True)
class Shop:
    """A site with two proxies, whose licensing every test changes."""

    site: Site
    proxies: tuple[Proxy, Proxy]

    def reset(self) -> None:
        """License base for everybody and the add-on for Alice alone."""
        licensing, vendor = self.site.licensing, self.site.vendor
        for user in (self.site.alice, self.site.bob):
            self.site.run(f"DELETE FROM pgtoll.seat WHERE username = '{user}'")
        licensing.delete()
        licensing.upload(vendor.license(BASE), vendor.license(MARKETING, seats=2))
        licensing.grant(MARKETING, self.site.alice)

    def sessions(self, stack: ExitStack, user: str) -> list[Session]:
        """An open session of a user's at each proxy."""
        return [stack.enter_context(proxy.connect(user)) for proxy in self.proxies]

    def see(self, sessions: list[Session], reason: str, read: Read | None = None) -> None:
        """Wait until every session is refused for a reason, or allowed for none; not for long."""
        for session in sessions:
            held = eventually(lambda: why(session, read or plain) == reason)  # noqa: B023
            assert held, f"{why(session, read or plain)!r} after {IN_FORCE_SECONDS} s"


@pytest.fixture(scope="module")
def whole_shop(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    directory = tmp_path_factory.mktemp("shop")
    with running_site(postgres, directory, licensed=True) as site:
        site.run(
            "CREATE TABLE mrktinvoice AS SELECT generate_series(1, 9) AS n;"
            "CREATE TABLE plain (n int); GRANT ALL ON mrktinvoice, plain TO PUBLIC;"
            "CREATE FUNCTION hidden() RETURNS int LANGUAGE plpgsql AS"
            " $$ DECLARE found int; BEGIN"
            " EXECUTE 'SELECT max(n) FROM mrkt' || 'invoice' INTO found; RETURN found; END $$"
        )
        with running_proxy(site.database, site.trust) as other:
            for proxy in (site.proxy, other):
                site.settle(proxy)
            yield Shop(site, (site.proxy, other))


@pytest.fixture
def shop(whole_shop: Shop) -> Shop:
    whole_shop.reset()
    with ExitStack() as stack:
        whole_shop.see(whole_shop.sessions(stack, whole_shop.site.alice), "")
        whole_shop.see(whole_shop.sessions(stack, whole_shop.site.bob), NO_SEAT)
    return whole_shop


NO_SEAT = "user has no seat of the personal license"


def why(session: Session, read: Read) -> str:
    """Why a session is refused the add-on's table; empty if it is not."""
    try:
        read(session)
    except errors.InsufficientPrivilege as refusal:
        session.rollback()
        return refusal.diag.message_detail or "no detail"
    return ""


def plain(session: Session) -> object:
    return session.execute("SELECT n FROM mrktinvoice").fetchall()


def prepared(session: Session) -> object:
    return session.execute("SELECT n FROM mrktinvoice WHERE n > %s", [0], prepare=True).fetchall()


def prepared_in_sql(session: Session) -> object:
    if not session.execute("SELECT FROM pg_prepared_statements WHERE name = 'ours'").fetchall():
        session.execute("PREPARE ours AS SELECT n FROM mrktinvoice")
    return session.execute("EXECUTE ours").fetchall()


def copied(session: Session) -> object:
    with session.cursor() as cursor, cursor.copy("COPY mrktinvoice TO STDOUT") as copy:
        return list(copy)


def piped(session: Session) -> object:
    with session.pipeline():
        session.execute("SELECT 1")
        return session.execute("SELECT n FROM mrktinvoice").fetchall()


WATCHED = [pytest.param(one, marks=pytest.mark.since15) for one in (prepared_in_sql, piped)]


@pytest.mark.parametrize(
    "read", [plain, prepared, *WATCHED, copied], ids=lambda read: read.__name__
)
def test_a_seat_counts_from_its_grant_to_its_end(shop: Shop, read: Read) -> None:
    with ExitStack() as stack:
        sessions = shop.sessions(stack, shop.site.bob)
        shop.site.licensing.grant(MARKETING, shop.site.bob)
        shop.see(sessions, "", read)
        shop.site.licensing.revoke(MARKETING, shop.site.bob)
        shop.see(sessions, NO_SEAT, read)


def test_a_server_license_is_for_everybody(shop: Shop) -> None:
    licensing = shop.site.licensing
    with ExitStack() as stack:
        sessions = shop.sessions(stack, shop.site.bob)
        licensing.delete(MARKETING)
        licensing.upload(shop.site.vendor.license(MARKETING))
        shop.see(sessions, "")


def test_deleting_every_license_brings_demo_mode_back(shop: Shop) -> None:
    shop.site.run("TRUNCATE plain")
    with ExitStack() as stack:
        sessions = shop.sessions(stack, shop.site.bob)
        shop.site.licensing.delete()
        shop.see(sessions, "")
        for session in sessions:
            with pytest.raises(errors.ConfigurationLimitExceeded):
                session.execute("INSERT INTO plain SELECT generate_series(1, 1001)")


def test_an_addon_without_a_license_is_capped_alone(shop: Shop) -> None:
    rows = "SELECT generate_series(1, 1001)"
    with ExitStack() as stack:
        sessions = shop.sessions(stack, shop.site.bob)
        shop.site.licensing.delete(MARKETING)
        shop.see(sessions, "")
        for session in sessions:
            session.execute(f"INSERT INTO plain {rows}".encode())
            with pytest.raises(errors.ConfigurationLimitExceeded) as caught:
                session.execute(f"INSERT INTO mrktinvoice {rows}".encode())
            assert 'product "marketing" is full' in str(caught.value)


def test_a_license_ends_by_itself(shop: Shop) -> None:
    licensing, vendor = shop.site.licensing, shop.site.vendor
    with ExitStack() as stack:
        sessions = shop.sessions(stack, shop.site.alice)
        licensing.delete(MARKETING)
        licensing.upload(vendor.license(MARKETING, seats=2, ends=timedelta(seconds=2)))
        shop.see(sessions, "", prepared)
        expired = eventually(lambda: why(sessions[0], prepared) != "", within=4)
        assert expired
        assert "license expired on" in why(sessions[0], prepared)
        assert "license expired on" in why(sessions[1], plain)


def test_a_newer_license_may_have_expired_already(shop: Shop) -> None:
    licensing, vendor, id_ = shop.site.licensing, shop.site.vendor, "e" * 32
    with ExitStack() as stack:
        sessions = shop.sessions(stack, shop.site.bob)
        licensing.delete(MARKETING)
        licensing.upload(vendor.license(MARKETING, id_=id_))
        shop.see(sessions, "")
        licensing.upload(vendor.license(MARKETING, id_=id_, ends=-timedelta(hours=1)))
        assert all(
            eventually(lambda: "license expired on" in why(session, plain))  # noqa: B023
            for session in sessions
        )


def test_a_withdrawn_license_holds_no_more(shop: Shop) -> None:
    licensing, vendor, id_ = shop.site.licensing, shop.site.vendor, "f" * 31 + "0"
    with ExitStack() as stack:
        sessions = shop.sessions(stack, shop.site.bob)
        licensing.delete(MARKETING)
        licensing.upload(vendor.license(MARKETING, id_=id_))
        shop.see(sessions, "")
        licensing.upload(vendor.revocation(id_))
        assert all(
            eventually(lambda: "revoked" in why(session, plain))  # noqa: B023
            for session in sessions
        )


@pytest.mark.parametrize("fetch", ["FETCH 2 FROM c", "MOVE 2 IN c", "FETCH ALL FROM c"])
def test_an_open_cursor_gives_nothing_any_more(shop: Shop, fetch: str) -> None:
    shop.site.licensing.grant(MARKETING, shop.site.bob)
    with ExitStack() as stack:
        sessions = shop.sessions(stack, shop.site.bob)
        shop.see(sessions, "")
        for session in sessions:
            session.execute("BEGIN")
            session.execute("DECLARE c CURSOR FOR SELECT n FROM mrktinvoice ORDER BY n")
            assert session.execute("FETCH 2 FROM c").fetchall() == [(1,), (2,)]
        shop.site.licensing.revoke(MARKETING, shop.site.bob)
        with shop.proxies[0].connect(shop.site.bob) as one:
            shop.see([one], NO_SEAT)
        with shop.proxies[1].connect(shop.site.bob) as other:
            shop.see([other], NO_SEAT)
        for session in sessions:
            with pytest.raises(errors.InsufficientPrivilege):
                session.execute(fetch.encode())
            session.rollback()


def test_a_pipeline_feels_it_in_the_middle(shop: Shop) -> None:
    shop.site.licensing.grant(MARKETING, shop.site.bob)
    with shop.proxies[0].connect(shop.site.bob) as session:
        shop.see([session], "")
        with session.pipeline() as pipeline:
            first = session.execute("SELECT count(*) FROM mrktinvoice")
            pipeline.sync()
            assert first.fetchone() is not None
            shop.site.licensing.revoke(MARKETING, shop.site.bob)
            with shop.proxies[0].connect(shop.site.bob) as one:
                shop.see([one], NO_SEAT)
            with pytest.raises(errors.InsufficientPrivilege):
                session.execute("SELECT n FROM mrktinvoice").fetchall()
            pipeline.sync()
            assert session.execute("SELECT 3").fetchone() == (3,)


ROW = execute_some(b"p", 1)
READ = b"SELECT n FROM mrktinvoice ORDER BY n"
HIDDEN = b"SELECT hidden() FROM generate_series(1, 9)"
HELD = b"DECLARE p CURSOR WITH HOLD FOR SELECT n FROM mrktinvoice ORDER BY n"


@pytest.mark.parametrize(
    ("begin", "go_on"),
    [
        ([query(b"BEGIN"), parse(b"", READ) + bind(b"p", b"") + ROW + SYNC], ROW + SYNC),
        ([query(b"BEGIN"), parse(b"", HIDDEN) + bind(b"p", b"") + ROW + SYNC], ROW + SYNC),
        ([query(b"BEGIN"), parse(b"", READ) + bind(b"p", b"") + SYNC], ROW + SYNC),
        ([parse(b"s", READ) + SYNC], bind(b"p", b"s") + ROW + SYNC),
        ([query(b"PREPARE s AS " + READ)], bind(b"p", b"s") + ROW + SYNC),
        ([query(HELD)], query(b"FETCH 3 FROM p")),
        ([query(HELD)], ROW + SYNC),
    ],
)
def test_what_was_begun_with_a_seat_gives_nothing_without_it(
    shop: Shop, begin: list[bytes], go_on: bytes
) -> None:
    shop.site.licensing.grant(MARKETING, shop.site.bob)
    with shop.proxies[0].connect(shop.site.bob) as one, RawClient(shop.proxies[0].port) as client:
        shop.see([one], "")
        client.start(shop.site.bob, shop.site.database.dbname)
        for data in begin:
            client.send(data)
            assert sqlstates(client.replies()) == []
        shop.site.licensing.revoke(MARKETING, shop.site.bob)
        shop.see([one], NO_SEAT)
        client.send(go_on)
        replies = client.replies()
        assert {"42501", "34000"} & set(sqlstates(replies))
        assert b"D" not in types(replies)


def test_a_copy_that_was_begun_with_a_license_ends_by_the_rule_of_its_end(shop: Shop) -> None:
    shop.site.run("TRUNCATE plain")
    with RawClient(shop.proxies[0].port) as client:
        client.start(shop.site.bob, shop.site.database.dbname)
        client.send(query(b"COPY plain FROM STDIN"), copy_data(b"1\n" * 600))
        assert types(client.replies(b"G"))[-1:] == b"G"
        shop.site.licensing.delete()
        with shop.proxies[0].connect(shop.site.bob) as one:
            shop.see([one], "")
        client.send(copy_data(b"1\n" * 600), message(b"c", b""))
        assert sqlstates(client.replies()) == []
        client.send(query(b"INSERT INTO plain VALUES (1)"))
        assert sqlstates(client.replies()) == ["53400"]


def test_what_was_read_in_a_transaction_stays_read(shop: Shop) -> None:
    shop.site.licensing.grant(MARKETING, shop.site.bob)
    with shop.proxies[0].connect(shop.site.bob, autocommit=False) as session:
        shop.see([session], "")
        session.execute("UPDATE mrktinvoice SET n = n")
        shop.site.licensing.revoke(MARKETING, shop.site.bob)
        with shop.proxies[0].connect(shop.site.bob) as one:
            shop.see([one], NO_SEAT)
        with pytest.raises(psycopg.Error):
            session.execute("SELECT n FROM mrktinvoice")
        session.rollback()
        assert session.execute("SELECT 1").fetchone() == (1,)
