"""What a client says first: encryption, cancel or start-up; then its server is opened."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import cast

from pgtoll.errors import (
    ProtocolViolation,
    RefusedStartup,
    ServerUnavailable,
    TooManyClients,
    UnsupportedProtocol,
)
from pgtoll.wire.messages import error_response, old_error_response
from pgtoll.wire.startup import DECLINED, CancelRequest, EncryptionRequest, Startup, read_opening

# A client says who it is within this time, in seconds (PostgreSQL's authentication_timeout).
OPENING_SECONDS = 60.0

_SQLSTATES: dict[type[Exception], str] = {
    ProtocolViolation: "08P01",
    UnsupportedProtocol: "0A000",
    RefusedStartup: "28000",
    ServerUnavailable: "08001",
    TooManyClients: "53300",
}


def fatal(error: Exception) -> bytes:
    """The last message to a client that is not served."""
    if isinstance(error, UnsupportedProtocol) and error.old:
        return old_error_response(str(error))
    return error_response({"C": _SQLSTATES.get(type(error), "XX000"), "M": str(error)}, "FATAL")


class Opening(asyncio.Protocol):
    """A client's socket until it has said what it wants.

    `proceed` is handed a CancelRequest or a Startup and the bytes that came after it; from then on
    the socket is its.
    """

    transport: asyncio.Transport

    def __init__(self, proceed: Callable[[Opening, CancelRequest | Startup, bytes], None]) -> None:
        self._proceed = proceed
        self._data = b""
        self._asked: set[bytes] = set()  # encryption requests answered: one of each kind
        self.done = False
        self.lost = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        loop = asyncio.get_running_loop()
        self._deadline = loop.call_later(OPENING_SECONDS, self.transport.abort)

    def data_received(self, data: bytes) -> None:
        if self.done:
            return
        self._data += data
        try:
            self._read()
        except ProtocolViolation as exc:
            self.refuse(exc)

    def _read(self) -> None:
        while not self.done and (read := read_opening(self._data)):
            packet, self._data = read
            if not isinstance(packet, EncryptionRequest):
                self._go_on(packet)
            elif packet.raw in self._asked or self._data:
                # Plaintext behind an encryption request could be injected (CVE-2021-3935).
                raise ProtocolViolation("unexpected data around an encryption request")
            else:
                self._asked.add(packet.raw)
                self.transport.write(DECLINED)

    def _go_on(self, packet: CancelRequest | Startup) -> None:
        self.done = True
        self._deadline.cancel()
        self.transport.pause_reading()
        self._proceed(self, packet, self._data)

    def refuse(self, error: Exception) -> None:
        """Tell the client why it is not served, and close."""
        self.done = True
        self._deadline.cancel()
        self.transport.write(fatal(error))
        self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self.done = self.lost = True
        self._deadline.cancel()
