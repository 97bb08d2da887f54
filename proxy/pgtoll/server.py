"""Listen, open the server's side for each client, and shut down in order."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from pgtoll.admission import Admission
from pgtoll.audit import Audit, Record
from pgtoll.cancelling import Cancelling
from pgtoll.config import Limits
from pgtoll.counting import Board, Register
from pgtoll.crowd import Crowd
from pgtoll.entrance import Entrance
from pgtoll.errors import (
    PgtollError,
    ProtocolViolation,
    RefusedLogin,
    RefusedStartup,
    ServerUnavailable,
    TooManyClients,
)
from pgtoll.gate import Gate, UserJudge
from pgtoll.listening import shown, unusable
from pgtoll.login import Gone, Logins, Talk
from pgtoll.marks import Mark
from pgtoll.opening import Opening, fatal
from pgtoll.origins import Balancers
from pgtoll.parsing import Parsers
from pgtoll.relay import Edge, Link
from pgtoll.session import Judged, Session
from pgtoll.tls import ClientTls
from pgtoll.upstream import Upstream
from pgtoll.wire.startup import CancelRequest, Startup

log = logging.getLogger("pgtoll.server")

DRAIN_SECONDS = 10.0  # for transactions in progress when the program is told to stop
DRAIN_LOOK_SECONDS = 0.05  # between looks at which of them have ended
BACKLOG = 1024  # connections the kernel holds for us

# What a client is told in so many words.
_NOT_SERVED = (
    RefusedStartup,
    RefusedLogin,
    ProtocolViolation,
    ServerUnavailable,
    TooManyClients,
)
_STOPPED = RefusedLogin("57P01", "terminating connection due to administrator command")


class Server:
    """The proxy of one process."""

    def __init__(
        self,
        upstream: Upstream,
        entrance: Entrance,
        logins: Logins,
        gate: Gate,
        parsers: Parsers,
        audit: Audit,
        holds: Callable[[Mark], Awaitable[bool]],
        tls: ClientTls | None = None,
        register: Register | None = None,
    ) -> None:
        """`register` is shared by all processes of the program."""
        self.tls = tls or ClientTls()  # for connections that come; others keep theirs
        self.limits = Limits()
        self.balancers = Balancers()
        self._admission = Admission(register or Register(Board(1), 0))
        self._numbers: dict[Link, int] = {}  # by which clients are counted out again
        self._cancelling = Cancelling(upstream.cancel)
        self._crowd = Crowd()
        self._holds = holds  # whether a mark still does
        self._upstream = upstream
        self._entrance = entrance
        self._logins = logins
        self._gate = gate
        self._parsers = parsers
        self._audit = audit
        self._links: set[Link] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._listener: asyncio.Server | None = None
        self.catalog_changed = asyncio.Event()  # the picture may be out of date
        self._edge = Edge(self._record, self._learn, self._altered, self._confirm, self._closed)

    async def listen(self, sock: socket.socket) -> None:
        """Take clients from here on. Raises ConfigError when another listens there by now."""
        loop = asyncio.get_running_loop()
        where = shown(*sock.getsockname()[:2])
        try:
            self._listener = await loop.create_server(self._arrival, sock=sock, backlog=BACKLOG)
        except OSError as exc:
            raise unusable(where, exc) from exc

    async def stop(self) -> None:
        """Take no more clients, let transactions end, then close every session (57P01)."""
        if self._listener is not None:
            self._listener.close()
        deadline = asyncio.get_running_loop().time() + DRAIN_SECONDS
        late = False
        while (self._links or self._tasks) and not late:
            late = asyncio.get_running_loop().time() >= deadline
            for link in list(self._links):
                if late or not link.session.busy:
                    self._links.discard(link)
                    link.shut_down()
            await asyncio.sleep(DRAIN_LOOK_SECONDS)
        for task in self._tasks:
            task.cancel()

    # One client

    def _arrival(self) -> Opening:
        opening = Opening(
            self._proceed,
            self.tls,
            seconds=self.limits.login_timeout,
            balancers=self.balancers,
        )
        self._crowd.join(opening)
        return opening

    def _proceed(self, client: Opening, packet: CancelRequest | Startup, rest: bytes) -> None:
        if isinstance(packet, CancelRequest):
            self._spawn(self._cancel(client, packet))
        else:
            self._spawn(self._open(client, packet, rest))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _cancel(self, client: Opening, packet: CancelRequest) -> None:
        try:
            await self._cancelling.pass_on(packet, client.origin.address)
        except (ServerUnavailable, TooManyClients) as exc:
            log.warning("a cancel request was not passed on: %s", exc)
        finally:
            client.transport.close()

    async def _open(self, client: Opening, startup: Startup, rest: bytes) -> None:
        """Let a client in if there is room."""
        talk = Talk()
        talk.client.start(client.transport, rest)
        try:
            number = self._admission.admit(self.limits, client.origin.address)
        except TooManyClients as exc:
            _turn_away(talk, startup, exc)
            return
        link = None
        try:
            link = await self._log_in(talk, startup, number)
        finally:
            if link is None:
                self._admission.leave(number)
        if link is not None:
            self._links.add(link)
            self._numbers[link] = number
            talk.hand_over(link.client, link.server)

    async def _log_in(self, talk: Talk, startup: Startup, number: int) -> Link | None:
        """Return what is to have both sockets; None when the client is not served."""
        try:
            judge = self._entrance.admit(startup)
            greeting = await self._entrance.greeting(startup)
            await self._logins.run(talk, startup, self.limits.login_timeout)
            self._admission.identify(self.limits, number, startup.user)
        except _NOT_SERVED as exc:
            _turn_away(talk, startup, exc)
            return None
        except Gone:
            talk.refuse(b"")
            return None
        except Exception:  # fail closed: nobody is served by what we did not foresee
            log.exception("a client could not be served")
            talk.refuse(fatal(PgtollError("internal error in pgtoll")))
            return None
        except asyncio.CancelledError:  # the program ends
            talk.refuse(fatal(_STOPPED))
            raise
        return Link(judge, self._edge, Session(judge, greeting=greeting))

    def _closed(self, link: Link) -> None:
        self._links.discard(link)
        if (number := self._numbers.pop(link, None)) is not None:
            self._admission.leave(number)

    # What links ask for

    def _record(self, judge: UserJudge, judged: Judged) -> None:
        sql = judged.sql.decode(errors="replace")
        observed = self._gate.observe
        record = Record(self._gate.now(), judge.user, sql, judged.verdict, observed=observed)
        self._audit.add(record)

    def _learn(self, link: Link, sql: bytes) -> None:
        self._spawn(self._read(link, sql))

    async def _read(self, link: Link, sql: bytes) -> None:
        try:
            await link.judge.learn(sql, self._parsers.read)
        except Exception as exc:  # fail closed: a statement nobody could read ends its session
            link.fail(exc)
        else:
            link.resume()

    def _confirm(self, link: Link, mark: object) -> None:
        self._spawn(self._ask(link, mark))

    async def _ask(self, link: Link, mark: object) -> None:
        try:
            holds = isinstance(mark, Mark) and await self._holds(mark)
        except Exception as exc:  # fail closed: what is not confirmed is not shown
            link.fail(exc)
            return
        if not holds:
            self.catalog_changed.set()
        link.confirmed(confirmed=holds)

    def _altered(self) -> None:
        self._gate.doubt_catalog()
        self.catalog_changed.set()


def _turn_away(talk: Talk, startup: Startup, error: PgtollError) -> None:
    log.info("a client of user %s is not served: %s", startup.user, error)
    talk.refuse(fatal(error))
