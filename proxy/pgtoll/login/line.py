"""One socket while a login lasts: whole messages of bounded length, taken one at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import cast

from pgtoll.errors import ProtocolViolation
from pgtoll.sockets import Receiver
from pgtoll.wire.splitter import HEADER

# What may wait here before authentication: a driver may send its first statements unasked.
HELD_BYTES = 64 << 10
# How long a client may take to read the last message, in seconds.
LINGER_SECONDS = 5.0


Adopt = Callable[[asyncio.Transport], asyncio.Transport]  # who serves a socket from here on


class Line(asyncio.Protocol):
    """A socket, the bytes that nobody has taken yet, and whether it is gone."""

    transport: asyncio.Transport

    def __init__(self, news: Callable[[], None]) -> None:
        """`news` is called whenever there may be something to take, or never will be again."""
        self._news = news
        self._data = bytearray()
        self._taking = True  # bytes count
        self._paused = False
        self.open = False
        self.lost = False
        self.error: Exception | None = None  # it was lost to

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.open = True

    def data_received(self, data: bytes) -> None:
        if not self._taking:
            return
        self._data += data
        if len(self._data) > HELD_BYTES and not self._paused:
            self._paused = True
            self.transport.pause_reading()
        self._news()

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost, self.open, self.error = True, False, exc
        self._news()

    def start(self, transport: asyncio.Transport, data: bytes) -> None:
        """Take a socket over, and what has come from it already."""
        transport.set_protocol(self)
        self.connection_made(transport)
        if data:
            self.data_received(data)

    @property
    def kind(self) -> int | None:
        """The type of the next message, of which at least the head is here."""
        return self._data[0] if len(self._data) >= HEADER.size else None

    def take(self, most: int) -> bytes | None:
        """The next message, when all of it is here. Raises ProtocolViolation for its length."""
        if len(self._data) < HEADER.size:
            return None
        _, length = HEADER.unpack_from(self._data)
        if not 4 <= length <= most:
            raise ProtocolViolation("invalid message length")
        if len(self._data) <= length:
            return None
        message = bytes(self._data[: 1 + length])
        del self._data[: 1 + length]
        self._go_on()
        return message

    def _go_on(self) -> None:
        if self._paused and self.open and len(self._data) <= HELD_BYTES:
            self._paused = False
            self.transport.resume_reading()

    def write(self, data: bytes) -> None:
        if self.open:
            self.transport.write(data)

    def hand_over(
        self, heir: asyncio.Protocol | Receiver, adopt: Adopt = lambda same: same
    ) -> Callable[[], None]:
        """Give the socket away; call what is returned, at once, when its bytes may come."""
        self._taking = False
        protocol = cast(asyncio.Protocol, heir)
        if self.open:
            self.transport = adopt(self.transport)
            self.transport.set_protocol(protocol)
        protocol.connection_made(self.transport)
        return lambda: self._let_flow(protocol)

    def _let_flow(self, protocol: asyncio.Protocol) -> None:
        if self.open and self._paused:
            self.transport.resume_reading()
        if self._data:
            protocol.data_received(bytes(self._data))
        if self.lost:
            protocol.connection_lost(self.error)

    def finish(self, last_words: bytes) -> None:
        """Send what is left and close, but let the other end read in peace.

        Closing at once would reset the connection if more has been sent, and the reset could
        overtake the last message.
        """
        self._taking = False
        if not self.open:
            return
        self.transport.write(last_words)
        self.transport.resume_reading()
        if not self.transport.can_write_eof():
            self.transport.close()
            return
        self.transport.write_eof()
        asyncio.get_running_loop().call_later(LINGER_SECONDS, self.transport.abort)

    def abort(self) -> None:
        self._taking = False
        if self.open:
            self.transport.abort()
