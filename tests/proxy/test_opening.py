"""What a client may say first, over a real socket, and what it is told when it is not served."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
import uvloop
from raw_client import GSSENC_REQUEST, SSL_REQUEST, startup

from pgtoll import opening
from pgtoll.errors import (
    PgtollError,
    ProtocolViolation,
    RefusedStartup,
    ServerUnavailable,
    TooManyClients,
    UnsupportedProtocol,
)
from pgtoll.opening import Opening, fatal
from pgtoll.wire.messages import read_fields
from pgtoll.wire.startup import CancelRequest, Startup

STARTUP = startup(user="bob", database="shop")
CANCEL = bytes.fromhex("00000010 04d2162e 00000007 00000009")
SECONDS = 5.0


class Door:
    """A client that has connected, and what its opening handed on."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    def __init__(self) -> None:
        self.opening = Opening(self._proceed)
        self.handed: list[tuple[CancelRequest | Startup, bytes]] = []
        self.arrived = asyncio.Event()

    def _proceed(self, client: Opening, packet: CancelRequest | Startup, rest: bytes) -> None:
        assert client is self.opening
        self.handed.append((packet, rest))
        self.arrived.set()

    async def asks(self, data: bytes) -> bytes:
        self.writer.write(data)
        return await self.reader.readexactly(1)

    async def told(self) -> dict[str, bytes]:
        """The fields of the one message after which the client is let go."""
        return read_fields(await self.reader.read())


def at_the_door(work: Callable[[Door], Awaitable[None]]) -> None:
    """Run `work` with a client that has just connected."""

    async def main() -> None:
        door, loop = Door(), asyncio.get_running_loop()
        listener = await loop.create_server(lambda: door.opening, "127.0.0.1", 0)
        port = listener.sockets[0].getsockname()[1]
        async with asyncio.timeout(SECONDS):
            door.reader, door.writer = await asyncio.open_connection("127.0.0.1", port)
            await work(door)
        door.opening.transport.abort()
        door.writer.close()
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


def test_after_the_startup_nothing_is_read_here() -> None:
    async def work(door: Door) -> None:
        door.writer.write(STARTUP)
        await door.arrived.wait()
        assert not door.opening.transport.is_reading()
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


@pytest.mark.parametrize(
    "data", [SSL_REQUEST + b"x", SSL_REQUEST + STARTUP, GSSENC_REQUEST + SSL_REQUEST]
)
def test_data_behind_an_encryption_request_is_refused(data: bytes) -> None:
    async def work(door: Door) -> None:
        door.writer.write(data)
        told = await door.told()
        assert (told["S"], told["C"]) == (b"FATAL", b"08P01")
        assert not door.handed

    at_the_door(work)


def test_the_same_encryption_is_not_asked_twice() -> None:
    async def work(door: Door) -> None:
        assert await door.asks(SSL_REQUEST) == b"N"
        door.writer.write(SSL_REQUEST)
        assert (await door.told())["C"] == b"08P01"

    at_the_door(work)


def test_garbage_is_refused_at_once() -> None:
    async def work(door: Door) -> None:
        door.writer.write(b"GET / HTTP/1.1\r\n")
        assert (await door.told())["C"] == b"08P01"
        assert door.opening.done

    at_the_door(work)


def test_a_client_that_says_nothing_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "OPENING_SECONDS", 0.01)

    async def work(door: Door) -> None:
        assert await door.reader.read() == b""
        assert door.opening.done

    at_the_door(work)


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
