"""Clients are let in, refused, bounded and let go."""

import asyncio
import os
import socket
import struct
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress

import pytest
import uvloop
from arrivals import fields, told
from keeping import SECONDS, keeping, soon
from programs import descriptors, linux
from proxies import Proxy, Site, eventually
from raw_client import SSL_REQUEST, RawClient, sqlstates, startup, types
from servers import free_port

import pgtoll.upstream.upstream
from pgtoll.catalog.marks import Mark
from pgtoll.config import Limits, Login
from pgtoll.entrance.entrance import Entrance
from pgtoll.entrance.terms import Terms
from pgtoll.listening.addresses import bound
from pgtoll.login import Logins, Lookup
from pgtoll.parsing.parsers import Parsers
from pgtoll.server import Server
from pgtoll.sockets import Poller
from pgtoll.tls import ServerTls
from pgtoll.upstream.dialing import Dialing
from pgtoll.upstream.hosts import Host, Hosts
from pgtoll.upstream.probing import Probing
from pgtoll.upstream.upstream import Upstream
from pgtoll.wire.messages import TERMINATE, query
from pgtoll.wire.startup import CANCEL_CODE, MAX_STARTUP_BYTES

pytestmark = [pytest.mark.live, linux]

CANCEL = struct.pack("!IIII", 16, CANCEL_CODE, 1, 1)
FEW, MANY = 10, 100


# Half-open clients


def test_a_start_may_come_byte_by_byte(demo_site: Site) -> None:
    with RawClient(demo_site.proxy.port) as client:
        client.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in SSL_REQUEST:
            client.send(bytes([byte]))
        assert client.read_byte() == b"N"
        for byte in startup(user=demo_site.alice, database=demo_site.database.dbname):
            client.send(bytes([byte]))
        assert b"Z" in types(client.replies())


def opening(body: bytes, code: int = 3 << 16) -> bytes:
    return struct.pack("!II", len(body) + 8, code) + body


@pytest.mark.parametrize(
    "garbage",
    [
        pytest.param(opening(b"user"), id="no end"),
        pytest.param(opening(b"user\0bob\0\0more\0\0"), id="an end too early"),
        pytest.param(SSL_REQUEST + SSL_REQUEST, id="two at once"),
    ],
)
def test_what_is_no_start_is_a_violation(demo_site: Site, garbage: bytes) -> None:
    with RawClient(demo_site.proxy.port) as client:
        client.send(garbage)
        assert sqlstates(client.replies()) == ["08P01"]


@pytest.mark.parametrize(
    "garbage",
    [
        pytest.param(struct.pack("!II", MAX_STARTUP_BYTES + 1, 3 << 16), id="too long"),
        pytest.param(struct.pack("!II", 7, 3 << 16), id="too short"),
        pytest.param(opening(b"\0" * 4, CANCEL_CODE), id="half a cancel key"),
        pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", id="tls"),
    ],
)
def test_impossible_beginnings_are_closed_without_a_word(demo_site: Site, garbage: bytes) -> None:
    with RawClient(demo_site.proxy.port) as client:
        client.send(garbage)
        assert client.replies() == []


def test_clients_that_say_nothing_keep_nobody_out(demo_site: Site) -> None:
    with ExitStack() as stack:
        for _ in range(MANY):
            stack.enter_context(RawClient(demo_site.proxy.port)).send(b"\0")
        with demo_site.proxy.connect(demo_site.alice) as session:
            assert session.execute("SELECT 1").fetchone() == (1,)


def test_whoever_comes_and_goes_leaves_no_descriptor(licensed_site: Site) -> None:
    """Each visit would leave one. The few that the proxy opens for itself may come late."""
    proxy = licensed_site.proxy
    visit(proxy, licensed_site)
    assert eventually(lambda: not others(licensed_site), within=SECONDS)
    before = descriptors(proxy.process.pid)
    for _ in range(FEW):
        visit(proxy, licensed_site)
    assert eventually(lambda: descriptors(proxy.process.pid) < before + FEW, within=SECONDS)


def visit(proxy: Proxy, site: Site) -> None:
    """Come in every way there is: served, refused, half-open, with a cancel, and vanishing."""
    for user in (site.alice, site.bob):
        proxy.connect(user).close()
        with RawClient(proxy.port) as client:
            client.start(user, site.database.dbname)
    told(site, site.bob, database="postgres")
    for packet in (b"", b"\0", SSL_REQUEST, opening(b"x"), startup(user=site.alice)[:-1], CANCEL):
        with RawClient(proxy.port) as client:
            client.send(packet)
    with RawClient(proxy.port) as client:
        client.send(CANCEL)
        assert client.replies() == []


def others(site: Site) -> list[tuple[object, ...]]:
    """The sessions of people."""
    with site.database.connect() as session:
        return session.execute(
            "SELECT pid FROM pg_stat_activity"
            f" WHERE datname = current_database() AND usename IN ('{site.alice}', '{site.bob}')"
        ).fetchall()


# Inside of one process


def with_server(
    site: Site,
    story: Callable[[Server, int], Awaitable[None]],
    port: int = 0,
    holds: Callable[[Mark], Awaitable[bool]] | None = None,
    terms: Terms | None = None,
) -> None:
    """Run a story that needs a server in the test's own process.

    PostgreSQL may be at `port`, and whether a mark holds may be said by `holds`.
    """

    async def tell() -> None:
        parsers = Parsers()
        async with keeping(site.licensing) as kept:
            database = site.database
            hosts = Hosts((Host(database.host, port or database.port),), database.dbname)
            entrance = Entrance(kept.gate, kept.upkeep.managers, hosts.database)
            dialing = Dialing(hosts.seconds, ServerTls())
            upstream = Upstream(hosts, Probing(database.dsn, hosts.seconds), dialing)
            logins = Logins(upstream.connect, Lookup(database.dsn, database.dsn), Login())
            answer = holds or kept.upkeep.holds
            sockets = Poller(asyncio.get_running_loop())
            server = Server(
                *(upstream, entrance, logins, kept.gate, parsers, kept.audit, answer),
                *(terms or Terms(), sockets),
            )
            sock = bound("127.0.0.1", 0)
            listener = await server.listen(sock)
            try:
                await story(server, sock.getsockname()[1])
            finally:
                listener.close()
                await server.stop()
                sockets.close()
                await parsers.close()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(tell())


async def said(port: int, *packets: bytes) -> bytes:
    """Everything that a client is told that says some things and then listens."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.writelines(packets)
        async with asyncio.timeout(SECONDS):
            return await reader.read()
    finally:
        writer.close()
        await writer.wait_closed()


def start_of(site: Site) -> bytes:
    return startup(user=site.alice, database=site.database.dbname)


@contextmanager
def silent() -> Iterator[int]:
    """A port where connections are taken, and nothing is ever said."""
    with socket.create_server(("127.0.0.1", 0)) as sock:
        yield sock.getsockname()[1]


def test_no_task_outlives_its_client(licensed_site: Site) -> None:
    async def story(_: Server, port: int) -> None:
        before = len(asyncio.all_tasks())
        for packet in (CANCEL, SSL_REQUEST + b"x", opening(b"x")):
            await asyncio.gather(*(said(port, packet) for _ in range(FEW)))
        start = startup(user=licensed_site.alice, database=licensed_site.database.dbname)
        await asyncio.gather(*(said(port, start, TERMINATE) for _ in range(FEW)))
        assert await soon(lambda: len(asyncio.all_tasks()) <= before, SECONDS)

    with_server(licensed_site, story)


def test_a_client_must_say_who_it_is_in_time(licensed_site: Site) -> None:
    async def story(server: Server, port: int) -> None:
        server.terms = Terms(limits=Limits(login_timeout=0.1))
        for packet in (b"", b"\0\0", start_of(licensed_site)[:-1]):
            with suppress(ConnectionResetError):
                assert await said(port, packet) == b""

    with_server(licensed_site, story)


def test_a_cancel_request_that_nobody_answers_is_given_up(
    licensed_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pgtoll.upstream.upstream, "CANCEL_SECONDS", 0.1)

    async def story(_: Server, port: int) -> None:
        await asyncio.sleep(0.5)  # the server's own connections are open by then
        before = descriptors(os.getpid())
        await asyncio.gather(*(said(port, CANCEL) for _ in range(FEW)))
        assert await soon(lambda: descriptors(os.getpid()) <= before, SECONDS)

    with silent() as nobody:
        with_server(licensed_site, story, nobody)


def test_that_postgresql_is_not_there_is_a_proper_error(licensed_site: Site) -> None:
    port = free_port()

    async def story(_: Server, proxy: int) -> None:
        reply = await said(proxy, start_of(licensed_site))
        severity, state, text = fields((b"E", reply))
        assert (severity, state) == ("FATAL", "08001")
        assert text.startswith(f"cannot reach PostgreSQL at {licensed_site.database.host}:{port}: ")
        assert await said(proxy, CANCEL) == b""

    with_server(licensed_site, story, port)


def test_that_postgresql_closes_at_once_ends_the_client_too(licensed_site: Site) -> None:
    async def story(_: Server, port: int) -> None:
        await asyncio.gather(*(said(port, start_of(licensed_site)) for _ in range(FEW)))

    def close_each(sock: socket.socket) -> None:
        with suppress(OSError):
            while True:
                sock.accept()[0].close()

    with socket.create_server(("127.0.0.1", 0)) as going_down:
        thread = threading.Thread(target=close_each, args=(going_down,))
        thread.start()
        with_server(licensed_site, story, going_down.getsockname()[1])
        going_down.shutdown(socket.SHUT_RDWR)
        thread.join()


def test_clients_that_wait_to_be_let_in_are_told_that_the_proxy_stops(licensed_site: Site) -> None:
    async def story(server: Server, port: int) -> None:
        replies = asyncio.gather(*(said(port, start_of(licensed_site)) for _ in range(FEW)))
        await asyncio.sleep(0.05)  # some have been let in, some not
        await server.stop()
        assert {fields((b"E", reply))[1] for reply in await replies} == {"57P01"}

    with silent() as nobody:
        with_server(licensed_site, story, nobody, terms=Terms(drain_timeout=0.2))


# Whether names still mean what they did

FAILS = query(b"SELECT 1 / (relpages * 0) FROM pg_class")
READY = b"Z\0\0\0\5I"


async def answer_to_bob(site: Site, port: int, data: bytes) -> bytes:
    """What a user who lacks something is told, up to the end of the round or of the session."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(startup(user=site.bob, database=site.database.dbname))
        async with asyncio.timeout(SECONDS):
            await reader.readuntil(READY)
            writer.write(data)
            return await reader.readuntil(READY)
    except asyncio.IncompleteReadError as end:
        return end.partial
    finally:
        writer.close()
        await writer.wait_closed()


@pytest.mark.parametrize("confirmed", [True, False])
def test_an_error_is_shown_when_the_mark_is_confirmed(licensed_site: Site, confirmed: bool) -> None:
    asked: list[Mark] = []

    async def holds(mark: Mark) -> bool:
        asked.append(mark)
        return confirmed

    async def story(server: Server, port: int) -> None:
        server.catalog_changed.clear()
        reply = await answer_to_bob(licensed_site, port, FAILS)
        assert (b"C22012\0" in reply, b"C40001\0" in reply) == (confirmed, not confirmed)
        assert server.catalog_changed.is_set() is not confirmed
        assert len(asked) == 1

    with_server(licensed_site, story, holds=holds)


def test_a_mark_that_cannot_be_asked_about_ends_the_session(licensed_site: Site) -> None:
    async def holds(mark: Mark) -> bool:
        raise RuntimeError("a surprise")

    async def story(_: Server, port: int) -> None:
        reply = await answer_to_bob(licensed_site, port, FAILS)
        assert b"C22012" not in reply
        assert b"CXX000" in reply

    with_server(licensed_site, story, holds=holds)


def test_many_are_confirmed_at_once(licensed_site: Site) -> None:
    async def story(_: Server, port: int) -> None:
        replies = await asyncio.gather(
            *(answer_to_bob(licensed_site, port, FAILS) for _ in range(FEW))
        )
        assert all(b"C22012" in reply for reply in replies)

    with_server(licensed_site, story)
