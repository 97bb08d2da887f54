"""A transport that encrypts: it stands between a socket's own transport and a protocol."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, cast

from pgtoll.errors import InsecureConnection
from pgtoll.tls.certificates import Subject, end_point, subject
from pgtoll.tls.engine import Engine

# A peer that asks for new keys again and again without reading the answers is let go.
MOST_UNREAD_BYTES = 1 << 20


class SecureTransport(asyncio.Transport, asyncio.Protocol):
    """The transport of one TLS connection, and the protocol of the socket below it.

    Nothing is kept here: what arrives is decrypted and handed on at once, what is written is
    encrypted and handed down at once. So flow control is the socket's own.
    """

    def __init__(
        self, socket: asyncio.Transport, engine: Engine, certificate: bytes | None = None
    ) -> None:
        """`certificate` is our own, where we are the one who serves (DER)."""
        super().__init__()
        self._socket = socket
        self._engine = engine
        self._certificate = certificate
        self._protocol: asyncio.Protocol = asyncio.Protocol()
        self._finished = False  # we have said that no more follows
        self._error: Exception | None = None

    def adopt(self, adopt: Callable[[asyncio.Transport], asyncio.Transport]) -> None:
        """Have the socket below served by another transport."""
        self._socket = adopt(self._socket)

    # What was agreed

    @property
    def end_point(self) -> bytes | None:
        """The channel binding `tls-server-end-point`; None if the certificate allows none."""
        server = self._certificate or self._engine.tls.getpeercert(binary_form=True)
        return end_point(server) if server else None

    @property
    def subject(self) -> Subject | None:
        """Whom the peer's certificate names; None if it showed none. It was verified."""
        shown = self._engine.tls.getpeercert(binary_form=True)
        return subject(shown) if shown else None

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """Return what the socket knows, and what nobody can ask of a socket in the clear."""
        if name == "ssl_object":
            return self._engine.tls
        if name == "tls_server_end_point":
            return self.end_point
        if name == "peer_certificate_name":
            return self.subject.common_name if self.subject else None
        return self._socket.get_extra_info(name, default)

    # The socket's protocol

    def data_received(self, data: bytes) -> None:
        if self._finished:  # as far as the peer knows, nobody reads any more
            return
        try:
            plain = self._engine.receive(data)
        except InsecureConnection as exc:
            self._break(exc)
            return
        if due := self._engine.due():
            self._answer(due)
        if plain:
            self._protocol.data_received(plain)
        if self._engine.ended and not self._protocol.eof_received():
            self.close()

    def _answer(self, due: bytes) -> None:
        """Send what the protocol itself wants said, such as new keys."""
        self._socket.write(due)
        if self._socket.get_write_buffer_size() > MOST_UNREAD_BYTES:
            self._break(InsecureConnection("the peer does not read"))

    def _break(self, error: InsecureConnection) -> None:
        self._error = error
        self.abort()

    def eof_received(self) -> bool | None:
        """End as without TLS: whoever cuts the connection can cut the last word as well."""
        return self._protocol.eof_received()

    def pause_writing(self) -> None:
        self._protocol.pause_writing()

    def resume_writing(self) -> None:
        self._protocol.resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        self._finished = True
        self._protocol.connection_lost(exc or self._error)

    # The protocol's transport

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        self._protocol = cast(asyncio.Protocol, protocol)

    def get_protocol(self) -> asyncio.BaseProtocol:
        return self._protocol

    def write(self, data: bytes | bytearray | memoryview) -> None:
        if data and not self._finished:
            for part in self._engine.send(bytes(data)):
                self._socket.write(part)

    def can_write_eof(self) -> bool:
        return self._socket.can_write_eof()

    def write_eof(self) -> None:
        self._finish()
        self._socket.write_eof()

    def close(self) -> None:
        self._finish()
        self._socket.close()

    def _finish(self) -> None:
        if not self._finished:
            self._finished = True
            self._socket.write(self._engine.close())

    def abort(self) -> None:
        self._finished = True
        self._socket.abort()

    def is_closing(self) -> bool:
        return self._socket.is_closing()

    def is_reading(self) -> bool:
        return self._socket.is_reading()

    def pause_reading(self) -> None:
        self._socket.pause_reading()

    def resume_reading(self) -> None:
        self._socket.resume_reading()

    def get_write_buffer_size(self) -> int:
        return self._socket.get_write_buffer_size()

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        self._socket.set_write_buffer_limits(high, low)
