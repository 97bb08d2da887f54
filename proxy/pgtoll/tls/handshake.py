"""Has a socket until both sides agree on how to encrypt, or one of them gives up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from pgtoll.errors import InsecureConnection
from pgtoll.tls.engine import Engine
from pgtoll.tls.transport import SecureTransport


class Handshake(asyncio.Protocol):
    """The protocol of a socket meanwhile. Whoever begins it bounds the time.

    `done` is called once, with what replaces the socket's transport or with what went wrong. It
    must set the protocol: bytes may have arrived for it already.
    """

    def __init__(
        self,
        socket: asyncio.Transport,
        engine: Engine,
        done: Callable[[SecureTransport | InsecureConnection], None],
        certificate: bytes | None = None,
    ) -> None:
        self._socket = socket
        self._engine = engine
        self._done = done
        self._certificate = certificate  # our own, where we serve
        self._over = False

    def begin(self, data: bytes = b"") -> None:
        """Take the socket, and what the peer has sent so far."""
        self._socket.set_protocol(self)
        self.data_received(data)

    def data_received(self, data: bytes) -> None:
        if self._over:
            return
        try:
            agreed = self._engine.shake_hands(data)
        except InsecureConnection as exc:
            self._send()
            self._end(exc)
            return
        self._send()
        if agreed:
            secure = SecureTransport(self._socket, self._engine, self._certificate)
            self._socket.set_protocol(secure)
            self._end(secure)
            secure.data_received(b"")  # what came with the last of the handshake

    def _send(self) -> None:
        if due := self._engine.due():
            self._socket.write(due)

    def _end(self, outcome: SecureTransport | InsecureConnection) -> None:
        if not self._over:
            self._over = True
            self._done(outcome)

    def connection_lost(self, exc: Exception | None) -> None:
        self._end(InsecureConnection("the connection was closed during the handshake"))
