"""A socket that is encrypted by our own hands on one end, and by asyncio's on the other."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from typing import cast

import uvloop

from pgtoll.errors import InsecureConnection
from pgtoll.tls import Engine, Handshake, SecureTransport

SECONDS = 10.0


class Near(asyncio.Protocol):
    """What reads and writes above our end."""

    def __init__(self) -> None:
        self.got = b""
        self.ended = False  # the peer says no more
        self.keeps_open = False  # then
        self.full = False
        self.lost: list[Exception | None] = []

    def data_received(self, data: bytes) -> None:
        self.got += data

    def eof_received(self) -> bool:
        self.ended = True
        return self.keeps_open

    def pause_writing(self) -> None:
        self.full = True

    def resume_writing(self) -> None:
        self.full = False

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost.append(exc)


class Ends:
    """Our end, once there is one, and the far end."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    def __init__(self, serving: ssl.SSLContext, certificate: bytes | None = None) -> None:
        self._serving = serving
        self._certificate = certificate
        self.near = Near()
        self.outcomes: list[SecureTransport | InsecureConnection] = []

    def done(self, outcome: SecureTransport | InsecureConnection) -> None:
        self.outcomes.append(outcome)
        if isinstance(outcome, SecureTransport):
            outcome.set_protocol(self.near)

    @property
    def transport(self) -> SecureTransport:
        (outcome,) = self.outcomes
        assert isinstance(outcome, SecureTransport)
        return outcome

    def accept(self) -> asyncio.Protocol:
        return _First(self)

    def begin(self, socket: asyncio.Transport) -> None:
        self.socket = socket
        engine = Engine(self._serving, serves=True)
        Handshake(socket, engine, self.done, self._certificate).begin()


class _First(asyncio.Protocol):
    """The protocol of a socket before the handshake has it."""

    def __init__(self, ends: Ends) -> None:
        self._ends = ends

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._ends.begin(cast(asyncio.Transport, transport))


def between(
    ends: Ends, asking: ssl.SSLContext | None, work: Callable[[Ends], Awaitable[None]]
) -> None:
    """Connect to our end, with TLS unless `asking` is None, and run `work`."""

    async def main() -> None:
        loop = asyncio.get_running_loop()
        listener = await loop.create_server(ends.accept, "127.0.0.1", 0)
        port = listener.sockets[0].getsockname()[1]
        try:
            async with asyncio.timeout(SECONDS):
                ends.reader, ends.writer = await asyncio.open_connection(
                    "127.0.0.1", port, ssl=asking, server_hostname="localhost" if asking else None
                )
                await until(lambda: hasattr(ends, "socket"))
                await work(ends)
        finally:
            ends.socket.abort()
            ends.writer.transport.abort()
            listener.close()
            await listener.wait_closed()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())


async def until(fact: Callable[[], object]) -> None:
    """Wait until something is so."""
    for _ in range(5000):
        if fact():
            return
        await asyncio.sleep(0.001)
    raise AssertionError("it never was so")
