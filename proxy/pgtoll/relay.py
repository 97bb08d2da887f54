"""One client's two sockets: perform what the session wants done, and keep memory bounded."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from pgtoll.caller import Caller
from pgtoll.errors import ProtocolViolation
from pgtoll.gate import UserJudge
from pgtoll.logs import detailed
from pgtoll.session import (
    Altered,
    Close,
    Confirm,
    Effect,
    Judged,
    Peer,
    Read,
    Write,
)
from pgtoll.session.session import Session
from pgtoll.sockets import Receiver, SocketTransport
from pgtoll.wire.messages import TERMINATE, error_response

log = logging.getLogger("pgtoll.relay")

Transport = asyncio.Transport | SocketTransport

# How long a client may take to read what was sent before its server closed, in seconds.
LINGER_SECONDS = 5.0
# What is taken of one socket before the others have their turn: a quarter of a megabyte, which one
# read may bring, can hold thousands of statements.
SHARE_BYTES = 32 << 10

_TO_CLIENT = Peer.CLIENT


@dataclass(frozen=True, slots=True)
class Edge:
    """What a link asks of the program around it."""

    record: Callable[[Link, Judged], None]
    learn: Callable[[Link, bytes], None]  # then the link resumes
    altered: Callable[[], None]
    confirm: Callable[[Link, object], None]  # then the link goes on with the answer
    closed: Callable[[Link], None]


class Link:
    """One client and its server connection; both live and end together."""

    def __init__(
        self, judge: UserJudge, edge: Edge, session: Session, caller: Caller | None = None
    ) -> None:
        self.judge = judge
        self.caller = caller or Caller(judge.user, "", "", "")
        self.since = asyncio.get_running_loop().time()
        self.session = session
        self._edge = edge
        self.client = Relay(self, session, client=True)
        self.server = Relay(self, session, client=False)
        self.client.twin, self.server.twin = self.server, self.client
        self.paused = False  # the client's messages are held back, and not read any more
        self._ending = False
        self.gone = False  # the client is, and only what is to be recorded matters still

    @property
    def flowing(self) -> bool:
        """Whether the client's messages are neither held back nor about to flow again."""
        return not (self.paused or self.session.waiting or self.gone)

    def perform(self, effects: list[Effect]) -> None:
        """Do what the session wants done, in order."""
        if self.gone:
            self._record(effects)
            return
        for effect in effects:
            if type(effect) is Write:  # the one that counts: a match statement is slower
                relay = self.client if effect[0] is _TO_CLIENT else self.server
                relay.write(effect[1])
                continue
            match effect:
                case Judged():
                    self._edge.record(self, effect)
                case Read(sql):
                    self._edge.learn(self, sql)
                case Altered():
                    self._edge.altered()
                case Confirm(mark):
                    self.server.read(False, why="answer")
                    self._edge.confirm(self, mark)
                case Close(reason):
                    self._log(logging.WARNING, "session of %s closed: %s", reason)
                    self.end()
        if self.session.waiting is not self.paused:
            self.paused = self.session.waiting
            self.client.read(not self.paused)

    def _record(self, effects: list[Effect]) -> None:
        for effect in effects:
            if isinstance(effect, Judged):
                self._edge.record(self, effect)
        if not self.session.accounting:
            self.server.abort()

    def resume(self) -> None:
        """Go on with what waited for the facts of a statement."""
        if not self._ending:
            try:
                self.perform(self.session.resume())
            except Exception as exc:  # fail closed, as for bytes from a socket
                self.fail(exc)

    def confirmed(self, *, confirmed: bool) -> None:
        """Go on with the server's bytes that waited for an answer."""
        if not self._ending:
            try:
                self.perform(self.session.confirmed(confirmed=confirmed))
                self.server.read(not self.session.asking, why="answer")
            except Exception as exc:  # fail closed, as for bytes from a socket
                self.fail(exc)

    def fail(self, error: Exception) -> None:
        """End the session because of a surprise, and say whose fault it was."""
        if isinstance(error, ProtocolViolation):
            self._log(logging.INFO, "session of %s closed: %s", error)
            self.end(error_response({"C": "08P01", "M": str(error)}, "FATAL"))
            return
        self._log(logging.ERROR, "session of %s closed by a fault in %s", "pgtoll", fault=error)
        text = "internal error in pgtoll; the session is closed"
        self.end(error_response({"C": "XX000", "M": text}, "FATAL"))

    def _log(self, level: int, text: str, what: object, fault: Exception | None = None) -> None:
        details = detailed(event="closed", **self.caller.details())
        log.log(level, text, self.caller, what, exc_info=fault, extra=details)

    def end(self, last_words: bytes = b"") -> None:
        """Close both connections; the client gets everything written so far."""
        if self._ending:
            return
        self._ending = True
        self.server.abort()
        self.client.finish(last_words)

    def shut_down(self) -> None:
        """End the session because the program ends (57P01, as a server that shuts down)."""
        if not self._ending:
            self.server.transport.write(TERMINATE)
            text = "terminating connection due to administrator command"
            self.end(error_response({"C": "57P01", "M": text}, "FATAL"))

    def lost(self, relay: Relay, *, broken: bool) -> None:
        """One of the sockets is gone. What a client said last counts, unless it was cut off."""
        if relay is self.client:
            self.gone = not self._ending and self.session.accounting
            self._ending = True
            if self.gone:
                self.server.hear_out()
            else:
                self.server.abort() if broken else self.server.close()
            self._edge.closed(self)
        elif not self._ending:
            self._ending = True
            self.client.finish(self.session.last_words)


class Relay(Receiver):
    """One socket's protocol (asyncio). It moves bytes, and stops reading when its twin is full."""

    transport: Transport
    twin: Relay

    def __init__(self, link: Link, session: Session, *, client: bool) -> None:
        self._link = link
        self._session = session
        self._client = client  # it is the client's socket, and not the server's
        self._socket: SocketTransport | None = None  # the transport, if it is one of ours
        self._open = False  # bytes are taken
        self.taken = 0  # bytes, so far
        # The twin has room; the session takes more; the other sockets have had their turn; what has
        # come so far needs no answer from elsewhere.
        self._may_read = {"room": True, "turn": True, "share": True, "answer": True}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(Transport, transport)
        self._socket = transport if isinstance(transport, SocketTransport) else None
        self._open = True

    def data_received(self, data: bytes) -> bool:
        if not self._open:
            return False
        if len(data) > SHARE_BYTES:
            self._share(data[SHARE_BYTES:])
            data = data[:SHARE_BYTES]
        size = len(data)
        self.taken += size
        session = self._session
        try:
            passed = session.pass_client(data) if self._client else session.pass_server(data)
            if passed == size and not (self._link.paused or self._link.gone):
                self.twin.write(data)
                return True
            return self._read(data, passed)
        except Exception as exc:  # fail closed: nothing is forwarded after a surprise
            self._link.fail(exc)
        return False

    def write(self, data: bytes) -> None:
        """Send bytes to the peer of this socket."""
        if self._socket is not None:
            self._socket.write(data)
        else:
            self.transport.write(data)

    def _read(self, data: bytes, passed: int) -> bool:
        """Do what the session wants done about bytes of which so many pass."""
        session, link = self._session, self._link
        read = session.read_client if self._client else session.read_server
        effects = read(data, passed)
        if len(effects) == 1 and type(effects[0]) is Write and link.flowing:
            to, out = effects[0]
            (link.client if to is _TO_CLIENT else link.server).write(out)
            return True
        link.perform(effects)
        return False

    def eof_received(self) -> bool:
        """Close as well, when all is written."""
        return False

    def _share(self, rest: bytes) -> None:
        """Take the rest when the other sockets have had their turn, and read no more until then."""
        self.read(False, why="share")
        asyncio.get_running_loop().call_soon(self._go_on, rest)

    def _go_on(self, rest: bytes) -> None:
        if len(rest) <= SHARE_BYTES:
            self.read(True, why="share")
        self.data_received(rest)

    def pause_writing(self) -> None:
        self.twin.read(False, why="room")

    def resume_writing(self) -> None:
        self.twin.read(True, why="room")

    def read(self, on: bool, why: str = "turn") -> None:
        """Read on, or stop reading, for one of several reasons; all must allow it."""
        self._may_read[why] = on
        if not self._open:
            return
        if all(self._may_read.values()):
            self.transport.resume_reading()
        else:
            self.transport.pause_reading()

    @property
    def unsent(self) -> bool:
        """Whether something has yet to be sent."""
        return not self.transport.is_closing() and bool(self.transport.get_write_buffer_size())

    def finish(self, last_words: bytes = b"") -> None:
        """Send what is left, close this direction, and let the other end read in peace.

        Closing at once would reset the connection if the client has sent more, and the reset
        could overtake the last message.
        """
        if not self._open:
            return
        self._open = False
        transport = self.transport
        transport.write(last_words)
        transport.resume_reading()
        if transport.can_write_eof():
            transport.write_eof()
        asyncio.get_running_loop().call_later(LINGER_SECONDS, transport.abort)

    def close(self) -> None:
        """Send what is left and close; what still comes is dropped.

        But it is read: a server that cannot write its answers reads nothing, for good.
        """
        self._open = False
        transport = self.transport
        if not transport.get_write_buffer_size():
            transport.close()
            return
        transport.resume_reading()
        transport.write_eof()
        asyncio.get_running_loop().call_later(LINGER_SECONDS, transport.abort)

    def hear_out(self) -> None:
        """Let the server say what it has done; what was sent to it runs all the same."""
        self.transport.resume_reading()
        asyncio.get_running_loop().call_later(LINGER_SECONDS, self.abort)

    def abort(self) -> None:
        """Close without another byte: a transaction in progress is rolled back by the server."""
        self._open = False
        self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._open = False
        self._link.lost(self, broken=exc is not None)
        self._link = self.twin = cast(Any, None)  # which refer to us: so all is freed at once
