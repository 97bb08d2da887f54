"""One connection to one server: its socket, and TLS in the ways that `sslmode` allows."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from pgtoll.errors import InsecureConnection
from pgtoll.tcp import prepare
from pgtoll.tls import ServerTls
from pgtoll.upstream.hosts import Place

P = TypeVar("P", bound=asyncio.BaseProtocol)

_AT_ONCE = "the server closed the connection at once"

Answered = tuple[asyncio.Transport, bytes]  # a connection that does not read, and what came first


class Dialing:
    """Opens connections."""

    def __init__(self, seconds: float, tls: ServerTls) -> None:
        """`seconds` are for one connection."""
        self.tls = tls  # for connections to come; others keep theirs
        self._seconds = seconds

    async def dial(
        self, place: Place, factory: Callable[[], P], first: bytes, *, waits: bool = True
    ) -> tuple[asyncio.Transport, P]:
        """Connect, with the protocol that a function makes, and send a first packet.

        If it `waits`, the answer may be a reason to try another way. Raises OSError, TimeoutError,
        InsecureConnection.
        """
        async with asyncio.timeout(self._seconds):
            tls = self.tls
            if place.path or tls.mode.ways == (False,):
                transport, protocol = await _connect(place, factory)
                transport.write(first)
                return transport, protocol
            transport, answer = await _secured(tls, place, first, waits=waits)
        protocol = factory()
        transport.set_protocol(protocol)
        protocol.connection_made(transport)
        transport.resume_reading()
        if answer and isinstance(protocol, asyncio.Protocol):
            protocol.data_received(answer)
        return transport, protocol


async def _connect(place: Place, factory: Callable[[], P]) -> tuple[asyncio.Transport, P]:
    loop = asyncio.get_running_loop()
    if place.path:
        return await loop.create_unix_connection(factory, place.path)
    made = await loop.create_connection(factory, place.address, place.port)
    prepare(made[0].get_extra_info("socket"))
    return made


async def _secured(tls: ServerTls, place: Place, first: bytes, *, waits: bool) -> Answered:
    """Try the ways to connect, in order; the next when a server turns one down, as libpq does."""
    before: Answered | None = None
    *others, last = tls.mode.ways
    for encrypt in others:
        try:
            transport = await _opened(tls, place, encrypt=encrypt)
        except InsecureConnection:
            continue
        if encrypt and not _encrypted(transport):  # it has no TLS, so there is no other way
            return await _told(transport, first, waits=False)
        found = await _told(transport, first, waits=waits)
        if not found[1].startswith(b"E"):
            return found
        before = found
    try:
        transport = await _opened(tls, place, encrypt=last)
        found = await _told(transport, first, waits=before is not None)
    except InsecureConnection:
        if before is None:
            raise
        return before
    except BaseException:
        if before is not None:
            before[0].abort()
        raise
    return _telling(before, found)


def _encrypted(transport: asyncio.Transport) -> bool:
    return transport.get_extra_info("ssl_object") is not None


def _telling(before: Answered | None, found: Answered) -> Answered:
    """Of two that turned us down the one that says more: pg_hba.conf speaks of the way alone."""
    if before is None:
        return found
    if found[1].startswith(b"E") and b"\0C28000\0" in found[1]:
        before, found = found, before
    before[0].abort()
    return found


async def _opened(tls: ServerTls, place: Place, *, encrypt: bool) -> asyncio.Transport:
    """Return a connection that does not read yet; whoever gives up here leaves nothing behind."""
    transport, _ = await _connect(place, asyncio.Protocol)
    try:
        if encrypt:
            return await tls.secure(transport, place.name)
        transport.pause_reading()
    except BaseException:
        transport.abort()
        raise
    return transport


async def _told(transport: asyncio.Transport, first: bytes, *, waits: bool) -> Answered:
    """Send the first packet, and perhaps wait for the first bytes of an answer."""
    try:
        if transport.is_closing():
            raise ConnectionResetError(_AT_ONCE)
        transport.write(first)
        return transport, await _first_bytes(transport) if waits else b""
    except BaseException:
        transport.abort()
        raise


async def _first_bytes(transport: asyncio.Transport) -> bytes:
    answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
    transport.set_protocol(_First(transport, answer))
    transport.resume_reading()
    return await answer


class _First(asyncio.Protocol):
    """Takes the first bytes, and reads no more."""

    def __init__(self, transport: asyncio.Transport, answer: asyncio.Future[bytes]) -> None:
        self._transport = transport
        self._answer = answer

    def data_received(self, data: bytes) -> None:
        self._transport.pause_reading()
        if not self._answer.done():
            self._answer.set_result(data)

    def eof_received(self) -> bool:
        """Leave the socket open for whoever takes it, if there is something to take.

        With TLS the end may have come with the answer; the socket's own is still to be read.
        """
        return self._answer.done()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._answer.done():
            self._answer.set_exception(ConnectionResetError(_AT_ONCE))
