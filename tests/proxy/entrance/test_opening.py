"""What a client may say first, over a real socket, and what it is told when it is not served."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import uvloop
from certificates import Authority
from raw_client import GSSENC_REQUEST, SSL_REQUEST, startup

from pgtoll.config import Demand, Tls, read_pem
from pgtoll.entrance.opening import Opening, fatal
from pgtoll.entrance.origins import Balancers
from pgtoll.errors import (
    PgtollError,
    ProtocolViolation,
    RefusedStartup,
    ServerUnavailable,
    TooManyClients,
    UnsupportedProtocol,
)
from pgtoll.tls import ALPN, ClientTls, Engine, load_client_tls
from pgtoll.wire.forwarding import SIGNATURE, Origin
from pgtoll.wire.messages import read_fields
from pgtoll.wire.startup import CancelRequest, Startup

STARTUP = startup(user="bob", database="shop")
CANCEL = bytes.fromhex("00000010 04d2162e 00000007 00000009")
SECONDS = 5.0
NOW = datetime.now(UTC)


class Door:
    """A client that has connected, and what its opening handed on."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    def __init__(
        self,
        tls: ClientTls | None = None,
        balancers: Balancers | None = None,
        seconds: float = 60.0,
    ) -> None:
        self.opening = Opening(self._proceed, tls, seconds=seconds, balancers=balancers)
        self.handed: list[tuple[CancelRequest | Startup, bytes]] = []
        self.arrived = asyncio.Event()

    def _proceed(self, client: Opening, packet: CancelRequest | Startup, rest: bytes) -> None:
        assert client is self.opening
        self.handed.append((packet, rest))
        self.arrived.set()

    async def asks(self, data: bytes) -> bytes:
        self.writer.write(data)
        return await self.reader.readexactly(1)

    async def encrypt(self, asking: ssl.SSLContext) -> None:
        """Shake hands, and go on in what was agreed."""
        await self.writer.start_tls(asking)

    async def told(self) -> dict[str, bytes]:
        """The fields of the one message after which the client is let go."""
        return read_fields(await self.reader.read())


def at_the_door(
    work: Callable[[Door], Awaitable[None]],
    tls: ClientTls | None = None,
    *,
    balancers: Balancers | None = None,
    seconds: float = SECONDS,
) -> None:
    """Run `work` with a client that has just connected, and has so much time."""

    async def main() -> None:
        door, loop = Door(tls, balancers, seconds), asyncio.get_running_loop()
        listener = await loop.create_server(lambda: door.opening, "127.0.0.1", 0)
        port = listener.sockets[0].getsockname()[1]
        try:
            async with asyncio.timeout(SECONDS):
                door.reader, door.writer = await asyncio.open_connection("127.0.0.1", port)
                await work(door)
        finally:
            door.opening.transport.abort()
            door.writer.transport.abort()
            listener.close()
            await listener.wait_closed()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())


@pytest.mark.parametrize(
    "before", [(), (SSL_REQUEST,), (GSSENC_REQUEST,), (GSSENC_REQUEST, SSL_REQUEST)]
)
def test_encryption_is_declined_and_startup_proceeds(before: tuple[bytes, ...]) -> None:
    async def work(door: Door) -> None:
        for request in before:
            assert await door.asks(request) == b"N"
        door.writer.write(STARTUP)
        await door.arrived.wait()
        assert door.handed == [(Startup(STARTUP, {"user": "bob", "database": "shop"}), b"")]

    at_the_door(work)


def test_what_comes_with_the_startup_is_handed_on() -> None:
    async def work(door: Door) -> None:
        door.writer.write(STARTUP + b"rest")
        await door.arrived.wait()
        assert door.handed[0][1] == b"rest"

    at_the_door(work)


def test_after_the_startup_nothing_is_taken_here() -> None:
    async def work(door: Door) -> None:
        door.writer.write(STARTUP)
        await door.arrived.wait()
        door.writer.write(STARTUP)
        await asyncio.sleep(0.05)
        assert len(door.handed) == 1
        door.opening.data_received(STARTUP)
        assert len(door.handed) == 1

    at_the_door(work)


def test_a_startup_may_arrive_byte_by_byte() -> None:
    async def work(door: Door) -> None:
        for byte in SSL_REQUEST + STARTUP:
            door.opening.data_received(bytes([byte]))
        await door.arrived.wait()
        assert door.handed[0][0].raw == STARTUP
        assert await door.reader.readexactly(1) == b"N"

    at_the_door(work)


def test_a_cancel_request_is_handed_on() -> None:
    async def work(door: Door) -> None:
        door.writer.write(CANCEL)
        await door.arrived.wait()
        assert door.handed == [(CancelRequest(CANCEL), b"")]

    at_the_door(work)


@pytest.mark.parametrize("data", [b"x", STARTUP, SSL_REQUEST])
@pytest.mark.parametrize("request_", [SSL_REQUEST, GSSENC_REQUEST])
def test_data_behind_an_encryption_request_is_refused(request_: bytes, data: bytes) -> None:
    async def work(door: Door) -> None:
        kind = b"SSL" if request_ == SSL_REQUEST else b"GSSAPI encryption"
        door.writer.write(request_ + data)
        told = await door.told()
        assert (told["S"], told["C"]) == (b"FATAL", b"08P01")
        assert told["M"] == b"received unencrypted data after %b request" % kind
        assert (b"man-in-the-middle" in told["D"], door.handed) == (True, [])

    at_the_door(work)


def test_the_same_encryption_is_not_asked_twice() -> None:
    async def work(door: Door) -> None:
        assert await door.asks(SSL_REQUEST) == b"N"
        door.writer.write(SSL_REQUEST)
        told = await door.told()
        assert (told["C"], b"frontend protocol 1234.5679: " in told["M"]) == (b"0A000", True)

    at_the_door(work)


@pytest.mark.parametrize("data", [b"GET / HTTP/1.1\r\n", b"\0\0\0\x0f" + CANCEL[4:15]])
def test_garbage_is_refused_at_once(data: bytes) -> None:
    async def work(door: Door) -> None:
        door.writer.write(data)
        assert await door.reader.read() == b""  # as PostgreSQL does it
        assert door.opening.done

    at_the_door(work)


def test_a_client_that_says_nothing_is_let_go() -> None:
    async def work(door: Door) -> None:
        assert await door.reader.read() == b""
        assert door.opening.done

    at_the_door(work, seconds=0.01)


# Behind a load balancer

LOOPBACK = Balancers(["127.0.0.0/8"])
HEADER = b"PROXY TCP4 10.0.0.7 10.0.0.1 51234 6432\r\n"


def test_a_load_balancer_says_for_whom_it_connects() -> None:
    async def work(door: Door) -> None:
        for byte in HEADER:
            door.writer.write(bytes([byte]))
            await asyncio.sleep(0)
        assert await door.asks(SSL_REQUEST) == b"N"
        door.writer.write(STARTUP)
        await door.arrived.wait()
        assert door.opening.origin == Origin("10.0.0.7", 51234)

    at_the_door(work, balancers=LOOPBACK)


def test_the_header_and_the_start_may_come_at_once() -> None:
    async def work(door: Door) -> None:
        door.writer.write(HEADER + STARTUP + b"more")
        await door.arrived.wait()
        assert door.handed[0][1] == b"more"
        assert door.opening.origin == Origin("10.0.0.7", 51234)

    at_the_door(work, balancers=LOOPBACK)


@pytest.mark.parametrize("data", [STARTUP, SSL_REQUEST, b"\x16\x03\x01", HEADER[:-2] + b"x\r\n"])
def test_a_load_balancer_that_does_not_say_so_is_let_go_without_a_word(data: bytes) -> None:
    async def work(door: Door) -> None:
        door.writer.write(data)
        with suppress(ConnectionResetError):
            assert await door.reader.read() == b""
        assert not door.handed

    at_the_door(work, balancers=LOOPBACK)


@pytest.mark.parametrize("data", [HEADER, SIGNATURE + b"\x20\0\0\0"])
def test_nobody_else_may_say_so(data: bytes) -> None:
    async def work(door: Door) -> None:
        door.writer.write(data + STARTUP)
        assert await door.reader.read() == b""
        assert not door.handed
        assert door.opening.origin.address == "127.0.0.1"

    at_the_door(work, balancers=Balancers(["10.0.0.0/8"]))


def test_a_check_of_the_load_balancers_own_has_its_own_address() -> None:
    async def work(door: Door) -> None:
        door.writer.write(SIGNATURE + b"\x20\0\0\0" + STARTUP)
        await door.arrived.wait()
        assert door.opening.origin.address == "127.0.0.1"

    at_the_door(work, balancers=LOOPBACK)


def test_a_client_that_goes_away_is_known_to_be_lost() -> None:
    async def work(door: Door) -> None:
        door.writer.write(STARTUP[:9])
        door.writer.close()
        for _ in range(1000):
            await asyncio.sleep(0 if door.opening.lost else 0.001)
        assert door.opening.lost
        assert door.opening.done
        assert not door.handed

    at_the_door(work)


def test_whoever_is_not_served_is_told_why() -> None:
    async def work(door: Door) -> None:
        door.writer.write(STARTUP)
        await door.arrived.wait()
        door.opening.refuse(ServerUnavailable("no server"))
        assert await door.told() == {"S": b"FATAL", "V": b"FATAL", "C": b"08001", "M": b"no server"}

    at_the_door(work)


@pytest.mark.parametrize(
    ("error", "sqlstate"),
    [
        (ProtocolViolation("x"), b"08P01"),
        (RefusedStartup("x"), b"28000"),
        (ServerUnavailable("x"), b"08001"),
        (UnsupportedProtocol(4, 0), b"0A000"),
        (TooManyClients("x"), b"53300"),
        (PgtollError("x"), b"XX000"),
    ],
)
def test_each_reason_has_its_sqlstate(error: Exception, sqlstate: bytes) -> None:
    assert read_fields(fatal(error))["C"] == sqlstate


def test_an_old_client_is_told_in_its_own_words() -> None:
    told = b"EFATAL:  unsupported frontend protocol 2.0: server supports 3.0 to 3.2\n\0"
    assert fatal(UnsupportedProtocol(2, 0)) == told


# TLS


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.new(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def settings(authority: Authority) -> Tls:
    pair = authority.issue("localhost")
    return Tls(Demand.ALLOW, read_pem(pair.certificate), read_pem(pair.key))


@pytest.fixture(params=[Demand.ALLOW, Demand.REQUIRE])
def offered(request: pytest.FixtureRequest, settings: Tls) -> ClientTls:
    return load_client_tls(replace(settings, clients=request.param), NOW)


@pytest.fixture
def required(settings: Tls) -> ClientTls:
    return load_client_tls(replace(settings, clients=Demand.REQUIRE), NOW)


@pytest.fixture
def asking(authority: Authority) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.load_verify_locations(authority.file)
    return context


def hello(asking: ssl.SSLContext) -> bytes:
    """The first bytes of a client that speaks TLS."""
    engine = Engine(asking, serves=False)
    engine.shake_hands(b"")
    return engine.due()


@pytest.mark.parametrize("before", [(), (GSSENC_REQUEST,)])
def test_tls_is_agreed_when_it_is_asked_for(
    before: tuple[bytes, ...], offered: ClientTls, asking: ssl.SSLContext
) -> None:
    async def work(door: Door) -> None:
        for request in before:
            assert await door.asks(request) == b"N"
        assert await door.asks(SSL_REQUEST) == b"S"
        await door.encrypt(asking)
        door.writer.write(STARTUP + b"rest")
        await door.arrived.wait()
        assert door.handed == [(Startup(STARTUP, {"user": "bob", "database": "shop"}), b"rest")]
        assert door.opening.encrypted

    at_the_door(work, offered)


def test_a_cancel_request_may_be_encrypted(offered: ClientTls, asking: ssl.SSLContext) -> None:
    async def work(door: Door) -> None:
        assert await door.asks(SSL_REQUEST) == b"S"
        await door.encrypt(asking)
        door.writer.write(CANCEL)
        await door.arrived.wait()
        assert door.handed == [(CancelRequest(CANCEL), b"")]

    at_the_door(work, offered)


def test_gss_encryption_is_declined_where_tls_is_not(offered: ClientTls) -> None:
    async def work(door: Door) -> None:
        assert await door.asks(GSSENC_REQUEST) == b"N"

    at_the_door(work, offered)


def test_direct_tls_needs_no_request(offered: ClientTls, asking: ssl.SSLContext) -> None:
    asking.set_alpn_protocols([ALPN])

    async def work(door: Door) -> None:
        await door.encrypt(asking)
        door.writer.write(STARTUP)
        await door.arrived.wait()
        assert door.handed[0][0].raw == STARTUP

    at_the_door(work, offered)


@pytest.mark.parametrize("protocols", [[], ["http/1.1"]])
def test_direct_tls_needs_the_protocol_to_be_agreed(
    protocols: list[str], offered: ClientTls, asking: ssl.SSLContext
) -> None:
    """Another server's client that was sent here by somebody in between is not served."""
    if protocols:
        asking.set_alpn_protocols(protocols)

    async def work(door: Door) -> None:
        await door.encrypt(asking)
        told = await door.told()
        assert told["C"] == b"08P01"
        assert b"without ALPN protocol negotiation" in told["M"]
        assert not door.handed

    at_the_door(work, offered)


def test_direct_tls_is_garbage_where_there_is_no_tls(asking: ssl.SSLContext) -> None:
    async def work(door: Door) -> None:
        door.writer.write(hello(asking))
        assert await door.reader.read() == b""  # as PostgreSQL does it

    at_the_door(work)


def test_bytes_that_came_before_the_handshake_are_refused(offered: ClientTls) -> None:
    """CVE class: plaintext before TLS (CVE-2021-23214, CVE-2021-3935).

    What is put before the handshake must not count after it.
    """

    async def work(door: Door) -> None:
        door.writer.write(SSL_REQUEST + STARTUP)
        told = await door.told()
        assert (told["C"], told["M"]) == (b"08P01", b"received unencrypted data after SSL request")
        assert not door.handed

    at_the_door(work, offered)


def test_a_handshake_that_came_with_the_request_is_refused_too(
    offered: ClientTls, asking: ssl.SSLContext
) -> None:
    async def work(door: Door) -> None:
        door.writer.write(SSL_REQUEST + hello(asking))
        assert (await door.told())["C"] == b"08P01"

    at_the_door(work, offered)


def test_plain_bytes_in_place_of_the_handshake_are_refused(offered: ClientTls) -> None:
    async def work(door: Door) -> None:
        assert await door.asks(SSL_REQUEST) == b"S"
        door.writer.write(STARTUP)
        assert (await door.reader.read())[:1] in (b"", b"\x15")  # an alert
        assert not door.handed
        assert door.opening.lost

    at_the_door(work, offered)


@pytest.mark.parametrize("request_", [SSL_REQUEST, GSSENC_REQUEST])
def test_encryption_inside_encryption_is_refused(
    request_: bytes, offered: ClientTls, asking: ssl.SSLContext
) -> None:
    async def work(door: Door) -> None:
        assert await door.asks(SSL_REQUEST) == b"S"
        await door.encrypt(asking)
        door.writer.write(request_)
        assert (await door.told())["C"] == b"0A000"

    at_the_door(work, offered)


def test_tls_inside_tls_is_refused(offered: ClientTls, asking: ssl.SSLContext) -> None:
    async def work(door: Door) -> None:
        assert await door.asks(SSL_REQUEST) == b"S"
        await door.encrypt(asking)
        door.writer.write(hello(asking))
        assert await door.reader.read() == b""  # as PostgreSQL does it

    at_the_door(work, offered)


def test_who_does_not_encrypt_is_refused_as_postgresql_does(required: ClientTls) -> None:
    async def work(door: Door) -> None:
        door.writer.write(STARTUP)
        told = await door.told()
        assert told["C"] == b"28000"
        assert told["M"].decode() == (
            'pgtoll rejects connection for host "127.0.0.1", user "bob", database "shop", '
            "no encryption"
        )
        assert not door.handed

    at_the_door(work, required)


def test_a_cancel_request_may_come_in_the_clear(required: ClientTls) -> None:
    """As it does from every libpq before version 17, whatever its connection uses."""

    async def work(door: Door) -> None:
        door.writer.write(CANCEL)
        await door.arrived.wait()

    at_the_door(work, required)


def test_a_handshake_that_is_never_finished_is_cut_off(offered: ClientTls) -> None:
    async def work(door: Door) -> None:
        assert await door.asks(SSL_REQUEST) == b"S"
        assert await door.reader.read() == b""
        assert door.opening.lost

    at_the_door(work, offered, seconds=0.05)
