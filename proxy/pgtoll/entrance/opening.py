"""What a client says first: encryption, cancel or start-up; then its server is opened."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import cast

from pgtoll.entrance.origins import LOCAL, Balancers, origin_of, shown_origin
from pgtoll.errors import (
    InsecureConnection,
    NoStartup,
    ProtocolViolation,
    RefusedLogin,
    RefusedStartup,
    ServerUnavailable,
    Stopping,
    TooManyClients,
    UnsupportedProtocol,
)
from pgtoll.tls import ALPN, ClientTls, Engine, Handshake, SecureTransport
from pgtoll.wire.forwarding import read_forwarding
from pgtoll.wire.messages import error_response, old_error_response
from pgtoll.wire.startup import (
    ACCEPTED,
    DECLINED,
    CancelRequest,
    EncryptionRequest,
    Startup,
    read_opening,
)

log = logging.getLogger("pgtoll.opening")

# A client says who it is within this time, in seconds (PostgreSQL's authentication_timeout).
OPENING_SECONDS = 60.0
_TLS_HANDSHAKE = 0x16  # the first byte of TLS; a start-up packet of this length would be refused

_TOO_EARLY = (
    "This could be either a client-software bug or evidence of an attempted man-in-the-middle "
    "attack."
)

_SQLSTATES: dict[type[Exception], str] = {
    ProtocolViolation: "08P01",
    UnsupportedProtocol: "0A000",
    RefusedStartup: "28000",
    ServerUnavailable: "08001",
    TooManyClients: "53300",
    Stopping: "57P03",
}


def fatal(error: Exception) -> bytes:
    """The last message to a client that is not served."""
    if isinstance(error, UnsupportedProtocol) and error.old:
        return old_error_response(str(error))
    fields = {"C": sqlstate_of(error), "M": str(error)}
    if isinstance(error, RefusedLogin):
        fields |= {"D": error.detail}
    return error_response(fields, "FATAL")


def sqlstate_of(error: Exception) -> str:
    """What kind of error it is to the client."""
    if isinstance(error, RefusedLogin):
        return error.sqlstate
    return _SQLSTATES.get(type(error), "XX000")


class Opening(asyncio.Protocol):
    """A client's socket until it has said what it wants.

    `proceed` is handed a CancelRequest or a Startup and the bytes that came after it; it takes the
    socket, or has it read no more.
    """

    transport: asyncio.Transport

    def __init__(
        self,
        proceed: Callable[[Opening, CancelRequest | Startup, bytes], None],
        tls: ClientTls | None = None,
        *,
        seconds: float = OPENING_SECONDS,
        balancers: Balancers | None = None,
        heard: Callable[[Opening], None] = lambda _: None,
    ) -> None:
        """`seconds` is what the client is given; `balancers` say first for whom they connect;
        `heard` is called when it is done, perhaps more than once."""
        self._heard = heard
        self._proceed = proceed
        self._tls = tls or ClientTls()
        self._seconds = seconds
        self._balancers = balancers or Balancers()
        self._header_due = False  # a load balancer's
        self.origin = LOCAL  # where the client is
        self.unheard = False  # nobody has time for it
        self._data = b""
        self._asked: set[int] = set()  # encryption requests answered: one of each kind
        self.done = False
        self.lost = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        loop = asyncio.get_running_loop()
        self._deadline = loop.call_later(self._seconds, self.transport.abort)
        self.origin = origin_of(transport)
        self._header_due = self._balancers.include(self.origin)
        if self.unheard:
            self.give_up()

    def data_received(self, data: bytes) -> None:
        if self.done:
            return
        self._data += data
        try:
            if not self._header_due or self._read_header():
                self._read()
        except ProtocolViolation as exc:
            self.refuse(exc)

    def _read_header(self) -> bool:
        """Learn from a load balancer where the client is; whether there are bytes of its own."""
        try:
            read = read_forwarding(self._data)
        except ProtocolViolation as exc:
            log.warning("%s is no load balancer: %s", shown_origin(self.origin), exc)
            self.give_up()
            return False
        if read is None:
            return False
        self._header_due = False
        origin, self._data = read
        self.origin = origin or self.origin
        return bool(self._data)

    def _read(self) -> None:
        if self._data[0] == _TLS_HANDSHAKE and not self._asked and self._begin_tls(direct=True):
            return
        while not self.done and (read := read_opening(self._data)):
            packet, self._data = read
            if isinstance(packet, EncryptionRequest):
                self._answer(packet)
            else:
                self._go_on(packet)

    def _go_on(self, packet: CancelRequest | Startup) -> None:
        # Cancel requests may come in the clear: most clients send them so, whatever they use else.
        unencrypted = not self.encrypted and self._tls.demanded(self.transport)
        if unencrypted and isinstance(packet, Startup):
            self.refuse(RefusedStartup(self._unencrypted(packet)))
            return
        self._end()
        self._proceed(self, packet, self._data)

    def _unencrypted(self, startup: Startup) -> str:
        """PostgreSQL's words, so that whoever understands those asks for TLS next."""
        return (
            f'pgtoll rejects connection for host "{self.origin.address}", user "{startup.user}", '
            f'database "{startup.database}", no encryption'
        )

    # Encryption

    @property
    def encrypted(self) -> bool:
        return isinstance(self.transport, SecureTransport)

    def _answer(self, request: EncryptionRequest) -> None:
        if request.code in self._asked or self.encrypted:
            raise UnsupportedProtocol(request.code >> 16, request.code & 0xFFFF)
        if self._data:
            # Whoever sits in between could put words before those that are encrypted
            # (CVE-2021-23214, CVE-2021-3935).
            kind = "SSL" if request.tls else "GSSAPI encryption"
            words = f"received unencrypted data after {kind} request"
            self.refuse(RefusedLogin("08P01", words, _TOO_EARLY))
            return
        self._asked.add(request.code)
        if not (request.tls and self._begin_tls(direct=False)):
            self.transport.write(DECLINED)

    def _begin_tls(self, *, direct: bool) -> bool:
        """Shake hands, if clients are offered TLS."""
        engine = self._tls.engine(self.transport)
        if engine is None:
            return False
        if not direct:
            self.transport.write(ACCEPTED)
        hello, self._data = self._data, b""

        def done(outcome: SecureTransport | InsecureConnection) -> None:
            self._secured(outcome, engine, direct=direct)

        Handshake(self.transport, engine, done, self._tls.certificate).begin(hello)
        return True

    def _secured(
        self, outcome: SecureTransport | InsecureConnection, engine: Engine, *, direct: bool
    ) -> None:
        if isinstance(outcome, InsecureConnection):
            log.info("a client's TLS handshake failed: %s", outcome)
            self.connection_lost(outcome)
            self.transport.close()
            return
        self.transport = outcome
        outcome.set_protocol(self)
        if direct and engine.tls.selected_alpn_protocol() != ALPN:
            self.refuse(
                ProtocolViolation(
                    "received direct SSL connection request without ALPN protocol negotiation "
                    "extension"
                )
            )

    def refuse(self, error: Exception) -> None:
        """Tell the client why it is not served, and close."""
        self._end()
        if not isinstance(error, NoStartup):
            self.transport.write(fatal(error))
        self.transport.close()

    def give_up(self) -> None:
        """Close without a word."""
        self._end()
        self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = True
        self._end()

    def _end(self) -> None:
        self.done = True
        self._deadline.cancel()
        self._heard(self)
