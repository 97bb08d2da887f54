"""A client of the console: its socket, from when it has logged in until it leaves."""

from __future__ import annotations

import asyncio
import logging
import os
from collections import deque
from importlib.metadata import version
from typing import cast

from pgtoll.admin.conversation import ACCEPTED, READY, Conversation
from pgtoll.errors import ProtocolViolation
from pgtoll.wire.messages import error_response, message
from pgtoll.wire.splitter import Piece, Splitter

log = logging.getLogger("pgtoll.admin")

LIMIT = 1 << 16  # bytes of one message: a command is a line
AHEAD = 100  # messages that may wait for their turn
LINGER_SECONDS = 5.0  # for the client to read what it was told last

# What drivers ask to know at once. The version is that of the protocol's habits, not of a server.
PARAMETERS = {
    "server_version": f"15.0 (pgtoll {version('pgtoll')})",
    "server_encoding": "UTF8",
    "client_encoding": "UTF8",
    "DateStyle": "ISO, MDY",
    "TimeZone": "UTC",
    "integer_datetimes": "on",
    "standard_conforming_strings": "on",
}
_TERMINATE = ord("X")


def greeting(pid: int) -> bytes:
    """What follows AuthenticationOk; the key is good for nothing: no command takes long."""
    told = [message(b"S", f"{name}\0{value}\0".encode()) for name, value in PARAMETERS.items()]
    return b"".join((*told, message(b"K", pid.to_bytes(4, "big") + os.urandom(4)), READY))


class AdminClient(asyncio.Protocol):
    """Takes messages in turn, one after the other."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._splitter = Splitter(whole=ACCEPTED, through=b"", limit=LIMIT)
        self._waiting: deque[Piece] = deque()
        self._news = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._violation: ProtocolViolation | None = None
        self._lost = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        if self._violation:
            return
        try:
            self._waiting.extend(self._splitter.feed(data))
        except ProtocolViolation as exc:
            self._violation = exc
        if len(self._waiting) > AHEAD:
            self._transport.pause_reading()
        self._news.set()

    def pause_writing(self) -> None:
        self._room.clear()

    def resume_writing(self) -> None:
        self._room.set()

    def connection_lost(self, exc: Exception | None) -> None:
        self._lost = True
        self._news.set()
        self._room.set()

    async def serve(self) -> None:
        """Greet the client and answer it until it leaves."""
        self._transport.write(greeting(os.getpid()))
        try:
            while (piece := await self._next()) and piece[0] != _TERMINATE:
                kind, data = piece
                if kind < 0:
                    raise ProtocolViolation("a command of this console is no longer than 64 kB")
                self._transport.write(await self._conversation.answer(kind, data))
                await self._room.wait()
        except ProtocolViolation as exc:
            self.end("08P01", str(exc))
            return
        self._transport.close()

    async def _next(self) -> Piece | None:
        """Return the next message; None when the client has left."""
        while not self._waiting:
            if self._violation:
                raise self._violation
            if self._lost:
                return None
            self._news.clear()
            await self._news.wait()
        if len(self._waiting) <= AHEAD:
            self._transport.resume_reading()
        return self._waiting.popleft()

    def end(self, sqlstate: str, text: str) -> None:
        """Close with a last word."""
        if self._lost:
            return
        self._transport.write(error_response({"C": sqlstate, "M": text}, "FATAL"))
        if self._transport.can_write_eof():
            self._transport.write_eof()
        asyncio.get_running_loop().call_later(LINGER_SECONDS, self._transport.abort)
