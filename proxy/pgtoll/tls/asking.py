"""Ask PostgreSQL for TLS on a socket, and shake hands."""

from __future__ import annotations

import asyncio

from pgtoll.errors import InsecureConnection
from pgtoll.tls.engine import Engine
from pgtoll.tls.handshake import Handshake
from pgtoll.tls.transport import SecureTransport
from pgtoll.wire.startup import ACCEPTED, DECLINED, SSL_REQUEST


async def ask(socket: asyncio.Transport) -> bool:
    """Whether the server speaks TLS; if so, it waits for the handshake.

    Raises InsecureConnection when the answer is neither yes nor no.
    """
    answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
    socket.set_protocol(_Asking(answer))
    socket.write(SSL_REQUEST)
    return await answer


async def shake_hands(socket: asyncio.Transport, engine: Engine) -> SecureTransport:
    """Return what replaces the socket's transport; it does not read yet.

    Raises InsecureConnection.
    """
    agreed: asyncio.Future[SecureTransport] = asyncio.get_running_loop().create_future()

    def done(outcome: SecureTransport | InsecureConnection) -> None:
        if agreed.done():  # nobody waits any more
            return
        if isinstance(outcome, InsecureConnection):
            agreed.set_exception(outcome)
            return
        outcome.set_protocol(_Silence(outcome))
        outcome.pause_reading()
        agreed.set_result(outcome)

    Handshake(socket, engine, done).begin()
    return await agreed


class _Asking(asyncio.Protocol):
    """Has the socket until the one byte of the answer is there."""

    def __init__(self, answer: asyncio.Future[bool]) -> None:
        self._answer = answer

    def data_received(self, data: bytes) -> None:
        if self._answer.done():
            return
        if data[:1] == b"E":  # what it says could be anybody's words, so nobody is shown them
            self._fail("the server answered the request for TLS with an error")
        elif data[:1] not in (ACCEPTED, DECLINED):
            self._fail("received invalid response to SSL negotiation")
        elif len(data) > 1:
            # Put there by somebody in between, to be taken for the server's (CVE-2021-23222).
            self._fail("received unencrypted data after SSL response")
        else:
            self._answer.set_result(data == ACCEPTED)

    def _fail(self, text: str) -> None:
        if not self._answer.done():
            self._answer.set_exception(InsecureConnection(text))

    def connection_lost(self, exc: Exception | None) -> None:
        self._fail("the server closed the connection when it was asked for TLS")


class _Silence(asyncio.Protocol):
    """A server says nothing before it has been told who comes."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._transport.abort()
