"""Listen, open the server's side for each client, and shut down in order."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Protocol

from pgtoll.audit import Audit, Record
from pgtoll.caller import Caller
from pgtoll.catalog.marks import Mark
from pgtoll.entrance.admission import Admission
from pgtoll.entrance.counting import Board, Register
from pgtoll.entrance.crowd import Crowd
from pgtoll.entrance.entrance import Entrance
from pgtoll.entrance.opening import Opening, fatal, sqlstate_of
from pgtoll.entrance.origins import shown_origin
from pgtoll.entrance.terms import Terms
from pgtoll.errors import (
    PgtollError,
    ProtocolViolation,
    RefusedLogin,
    RefusedStartup,
    ServerUnavailable,
    Stopping,
    TooManyClients,
)
from pgtoll.figures.figures import Figures, together
from pgtoll.gate import Gate, UserJudge
from pgtoll.listening.addresses import name_of, unusable
from pgtoll.login import Gone, Logins, Talk
from pgtoll.logs import detailed
from pgtoll.parsing.parsers import Parsers
from pgtoll.pausing import Pausing
from pgtoll.relay import Edge, Link
from pgtoll.session import Judged, Session
from pgtoll.sockets import Poller
from pgtoll.upstream.cancelling import Cancelling
from pgtoll.upstream.upstream import Upstream
from pgtoll.wire.forwarding import Origin
from pgtoll.wire.startup import CancelRequest, Startup

log = logging.getLogger("pgtoll.server")

DRAIN_LOOK_SECONDS = 0.05  # between looks at which sessions may end
# For who has just come when the program is told to stop: to log in, and to say what it came for.
NEWCOMER_SECONDS = 1.0
FLUSH_SECONDS = 1.0  # for the last words to sessions that are slow to read
RENEW_SECONDS = 0.1  # between looks at which sessions may go by another mode
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


class Console(Protocol):
    """The administrator's, which some clients talk to instead of PostgreSQL."""

    def takes(self, startup: Startup) -> bool:
        """Tell whether a client wants it."""

    def as_served(self, startup: Startup) -> Startup:
        """Return the start-up that PostgreSQL is asked to check the client by."""

    async def serve(self, talk: Talk, caller: Caller, count: Callable[[], None]) -> None:
        """Serve a client that has logged in. Raises RefusedStartup."""


class Tracer(Protocol):
    """Makes the sessions that are traced."""

    def wants(self) -> bool:
        """Tell whether the session that begins now is one of those."""

    def session(
        self, judge: UserJudge, caller: Caller, server: object, *, welcome: bytes, greeting: bytes
    ) -> Session:
        """Return one; `server` is the address of its PostgreSQL, as sockets have it."""

    @property
    def sent(self) -> int:
        """How many rounds were sent."""

    @property
    def lost(self) -> int:
        """How many rounds or spans were given up, or not taken."""

    def finish(self, seconds: float) -> None:
        """Send what waits, for so long, and end."""


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
        terms: Terms,
        sockets: Poller,
        register: Register | None = None,
    ) -> None:
        """`register` is shared by all processes of the program."""
        self.terms = terms  # for clients that come from here on
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
        self._sockets = sockets
        self._links: set[Link] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._ending: set[Link] = set()  # whose last words are on their way
        self._hurry = asyncio.Event()  # nobody is waited for any more
        self.pausing = Pausing(lambda: list(self._links))
        self.console: Console | None = None  # takes the clients that want it
        self.tracer: Tracer | None = None  # has some of the sessions traced
        self.draining = False
        self.figures = Figures()  # of what is over; `tell` adds what goes on
        self.catalog_changed = asyncio.Event()  # the picture may be out of date
        self._edge = Edge(self._record, self._learn, self._altered, self._confirm, self._closed)

    async def listen(self, sock: socket.socket) -> asyncio.Server:
        """Take clients from here on. Raises ConfigError when another listens there by now."""
        loop = asyncio.get_running_loop()
        where = name_of(sock)
        try:
            if sock.family is socket.AF_UNIX:
                return await loop.create_unix_server(self._arrival, sock=sock, backlog=BACKLOG)
            return await loop.create_server(self._arrival, sock=sock, backlog=BACKLOG)
        except OSError as exc:
            raise unusable(where, exc) from exc

    # The end

    def hurry(self) -> None:
        """Wait for no transaction any more."""
        self._hurry.set()

    async def stop(self) -> None:
        """Let transactions end, and close every session (57P01). Nobody listens any more.

        Who has just come may log in, and say one thing.
        """
        self.draining = True
        began = asyncio.get_running_loop().time()
        limit = began + self.terms.drain_timeout
        while (self._links or self._opening(began)) and not self._is_over(limit):
            self._end_some(began)
            await self._pause(DRAIN_LOOK_SECONDS)
        if tasks := set(self._tasks):
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks, timeout=FLUSH_SECONDS)
        for link in list(self._links):
            self._shut(link)
        for opening in self._crowd:
            opening.refuse(Stopping("the proxy is shutting down"))
        await self._flushed()

    def _is_over(self, limit: float) -> bool:
        return self._hurry.is_set() or asyncio.get_running_loop().time() >= limit

    def _opening(self, began: float) -> bool:
        """Whether somebody who has just come may still want to be served."""
        late = asyncio.get_running_loop().time() >= began + NEWCOMER_SECONDS
        return not late and (bool(self._tasks) or len(self._crowd) > 0)

    def _end_some(self, began: float) -> None:
        """End the sessions that are not in a transaction."""
        grace = asyncio.get_running_loop().time() < began + NEWCOMER_SECONDS
        for link in list(self._links):
            session = link.session
            new = not session.greeted or (
                link.client.taken == 0 and link.since > began - NEWCOMER_SECONDS
            )
            if not grace if new else not (session.busy or session.waiting):
                self._shut(link)

    def _shut(self, link: Link) -> None:
        self._links.discard(link)
        self._ending.add(link)
        link.shut_down()

    async def _flushed(self) -> None:
        """Wait until the last words have gone out, but not for those who do not read."""
        until = asyncio.get_running_loop().time() + FLUSH_SECONDS
        while any(link.client.unsent for link in self._ending):
            if asyncio.get_running_loop().time() >= until:
                return
            await asyncio.sleep(DRAIN_LOOK_SECONDS)

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._hurry.wait()
        except TimeoutError:
            pass

    def _closed(self, link: Link) -> None:
        self._links.discard(link)
        self._ending.discard(link)
        link.session.ended()
        if (number := self._numbers.pop(link, None)) is not None:
            self._admission.leave(number)
        self.figures.from_clients += link.client.taken
        self.figures.from_servers += link.server.taken

    # What goes on

    def tell(self) -> Figures:
        """What sessions have done so far, and do now."""
        figures = together([self.figures])
        figures.draining = int(self.draining)
        for link in self._links:
            figures.sessions[link.session.state] += 1
            figures.from_clients += link.client.taken
            figures.from_servers += link.server.taken
        figures.sessions["opening"] = len(self._crowd)
        return figures

    @property
    def links(self) -> frozenset[Link]:
        """The sessions, from when PostgreSQL is reached for them."""
        return frozenset(self._links)

    def kill(self, pid: int) -> bool:
        """End the session of a server process (57P01); return whether there is one."""
        found = [link for link in self._links if link.session.pid == pid]
        for link in found:
            self._shut(link)
        return bool(found)

    def renew(self) -> None:
        """Let living sessions go by the mode that is set now, each as soon as it is idle."""
        self._spawn(self._renew(set(self._links)))

    async def _renew(self, links: set[Link]) -> None:
        while links := {  # noqa: ASYNC110 (nobody says when one is idle)
            one for one in links & self._links if not one.session.renew()
        }:
            await asyncio.sleep(RENEW_SECONDS)

    # One client

    def _arrival(self) -> Opening:
        self.figures.accepted += 1
        opening = Opening(
            self._proceed,
            self.terms.tls,
            seconds=self.terms.limits.login_timeout,
            balancers=self.terms.balancers,
            heard=self._crowd.leave,
        )
        self._crowd.join(opening)
        return opening

    def _proceed(self, client: Opening, packet: CancelRequest | Startup, rest: bytes) -> None:
        if isinstance(packet, CancelRequest):
            client.transport.pause_reading()
            self._spawn(self._cancel(client, packet))
        else:
            talk = Talk()
            talk.client.start(client.transport, rest)
            self._spawn(self._open(talk, packet, client.origin))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _cancel(self, client: Opening, packet: CancelRequest) -> None:
        try:
            self.figures.cancels += 1
            await self._cancelling.pass_on(packet, client.origin.address)
        except (ServerUnavailable, TooManyClients) as exc:
            log.warning("a cancel request was not passed on: %s", exc)
        finally:
            client.transport.close()

    async def _open(self, talk: Talk, startup: Startup, origin: Origin) -> None:
        """Let a client in if there is room."""
        caller, limits = Caller.of(startup, shown_origin(origin)), self.terms.limits
        try:
            number = self._admission.admit(limits, origin.address)
        except TooManyClients as exc:
            self._refuse(talk, caller, exc)
            return
        link = None
        try:
            link = await self._log_in(talk, startup, caller, number)
        finally:
            if link is None:
                self._admission.leave(number)
        if link is not None:
            self._links.add(link)
            self._numbers[link] = number
            talk.hand_over(link.client, link.server, self._sockets.adopt)

    async def _log_in(
        self, talk: Talk, startup: Startup, caller: Caller, number: int
    ) -> Link | None:
        """Return what is to have both sockets; None when the client is not served."""
        try:
            return await self._logged_in(talk, startup, caller, number)
        except _NOT_SERVED as exc:
            self._refuse(talk, caller, exc)
            return None
        except Gone:
            talk.refuse(b"")
            return None
        except Exception:  # fail closed: nobody is served by what we did not foresee
            log.exception("a client could not be served", extra=detailed(**caller.details()))
            self._refuse(talk, caller, PgtollError("internal error in pgtoll"))
            return None
        except asyncio.CancelledError:  # the program ends
            self._refuse(talk, caller, _STOPPED)
            raise

    async def _logged_in(
        self, talk: Talk, startup: Startup, caller: Caller, number: int
    ) -> Link | None:
        limits = self.terms.limits
        if self.console and self.console.takes(startup):
            await self._logins.run(talk, self.console.as_served(startup), limits.login_timeout)
            name = startup.user
            await self.console.serve(
                talk, caller, lambda: self._admission.identify(limits, number, name)
            )
            return None
        judge = self._entrance.admit(startup)
        await self.pausing.over()
        greeting = await self._entrance.greeting(startup)
        await self._logins.run(talk, startup, limits.login_timeout)
        self._admission.identify(limits, number, startup.user)
        self._gate.attendance.note(judge.user)
        session = self._begun(judge, caller, talk, greeting)
        return Link(judge, self._edge, session, caller)

    def _begun(self, judge: UserJudge, caller: Caller, talk: Talk, greeting: bytes) -> Session:
        """A session for a client that may be let in."""
        if self.tracer is None or not self.tracer.wants():
            return Session(judge, welcome=talk.welcome, greeting=greeting)
        server = talk.server.transport.get_extra_info("peername")
        return self.tracer.session(judge, caller, server, welcome=talk.welcome, greeting=greeting)

    def _refuse(self, talk: Talk, caller: Caller, error: PgtollError) -> None:
        sqlstate = sqlstate_of(error)
        self.figures.refused[sqlstate] += 1
        details = detailed(event="not served", sqlstate=sqlstate, **caller.details())
        log.info("a client of user %s is not served: %s", caller, error, extra=details)
        talk.refuse(fatal(error))

    # What links ask for

    def _record(self, link: Link, judged: Judged) -> None:
        judge, caller = link.judge, link.caller
        judge.refused(judged.sql, judged.verdict)
        record = Record(
            self._gate.now(),
            judge.user,
            judged.sql.decode(errors="replace"),
            judged.verdict,
            client=caller.address,
            observed=judge.observes,
        )
        self._audit.add(record, caller)

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
