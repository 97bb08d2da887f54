"""Listen, open the server's side for each client, and shut down in order."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from pgtoll.audit import Audit, Record
from pgtoll.errors import PgtollError, RefusedStartup, ServerUnavailable
from pgtoll.gate import Gate, UserJudge
from pgtoll.listening import shown, unusable
from pgtoll.managers import Managers
from pgtoll.marks import Mark
from pgtoll.opening import Opening
from pgtoll.parsing import Parsers
from pgtoll.relay import Edge, Link
from pgtoll.session import Judged, Session
from pgtoll.wire.messages import notice_response
from pgtoll.wire.startup import CancelRequest, Startup
from pgtoll_policy.reminders import reminders
from pgtoll_policy.spelling import LICENSE_USER

log = logging.getLogger("pgtoll.server")

CONNECT_SECONDS = 10.0  # for one attempt to reach PostgreSQL
DRAIN_SECONDS = 10.0  # for transactions in progress when the program is told to stop
DRAIN_LOOK_SECONDS = 0.05  # between looks at which of them have ended
SUCCESSFUL = "00000"  # the SQLSTATE of a notice, PostgreSQL's own too
BACKLOG = 1024  # connections the kernel holds for us


@dataclass(frozen=True, slots=True)
class Address:
    """Where PostgreSQL listens."""

    host: str  # a name, an address, or the directory of a Unix socket
    port: int
    database: str

    @classmethod
    def reached(cls, dsn: str, info: psycopg.ConnectionInfo) -> Address:
        """Where a connection ended up: its DSN may leave much to libpq, or name several hosts.

        A name stays one: it may stand for another address later.
        """
        given = conninfo_to_dict(dsn)
        return cls(info.hostaddr if "hostaddr" in given else info.host, info.port, info.dbname)


class Server:
    """The proxy of one process."""

    def __init__(
        self,
        address: Address,
        gate: Gate,
        parsers: Parsers,
        audit: Audit,
        managers: Managers,
        holds: Callable[[Mark], Awaitable[bool]],
    ) -> None:
        self._holds = holds  # whether a mark still does
        self._address = address
        self._gate = gate
        self._parsers = parsers
        self._audit = audit
        self._managers = managers
        self._links: set[Link] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._listener: asyncio.Server | None = None
        self.catalog_changed = asyncio.Event()  # the picture may be out of date
        self._edge = Edge(
            self._record, self._learn, self._altered, self._confirm, self._links.discard
        )

    async def listen(self, sock: socket.socket) -> None:
        """Take clients from here on. Raises ConfigError when another listens there by now."""
        loop = asyncio.get_running_loop()
        where = shown(*sock.getsockname()[:2])
        try:
            self._listener = await loop.create_server(
                lambda: Opening(self._proceed), sock=sock, backlog=BACKLOG
            )
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
        """Pass a CancelRequest on; PostgreSQL answers nothing, it closes."""
        closed = asyncio.Event()
        try:
            transport, _ = await self._connect(lambda: _UntilClosed(closed))
            try:
                transport.write(packet.raw)
                async with asyncio.timeout(CONNECT_SECONDS):
                    await closed.wait()
            finally:
                transport.abort()
        except (ServerUnavailable, TimeoutError) as exc:
            log.warning("a cancel request was not passed on: %s", exc or "PostgreSQL is silent")
        finally:
            client.transport.close()

    async def _open(self, client: Opening, startup: Startup, rest: bytes) -> None:
        """Open the server's side and hand both sockets to a link."""
        try:
            judge = self._admit(startup)
            link = Link(judge, self._edge, Session(judge, greeting=await self._greeting(startup)))
            transport, _ = await self._connect(lambda: link.server)
            if transport.is_closing():  # it has no process to spare, or is going down
                raise ServerUnavailable("PostgreSQL closed the connection at once")
        except (RefusedStartup, ServerUnavailable) as exc:
            log.info("a client of user %s is not served: %s", startup.user, exc)
            client.refuse(exc)
            return
        except Exception:  # fail closed: nobody is served by what we did not foresee
            log.exception("a client could not be served")
            client.refuse(PgtollError("internal error in pgtoll"))
            return
        if client.lost:
            transport.abort()
            return
        self._links.add(link)
        transport.write(startup.raw)
        client.transport.set_protocol(link.client)
        link.client.connection_made(client.transport)
        client.transport.resume_reading()
        if rest:
            link.client.data_received(rest)

    async def _greeting(self, startup: Startup) -> bytes:
        """Return what a license administrator is told first, of licenses that run out."""
        due = reminders(self._gate.picture.policy, self._gate.now())
        if not due or startup.replication or not await self._managers.has(startup.user):
            return b""
        return b"".join(
            notice_response({"C": SUCCESSFUL, "M": one.message, "D": one.detail, "H": one.hint})
            for one in due
        )

    def _admit(self, startup: Startup) -> UserJudge:
        if not startup.user:
            raise RefusedStartup("no PostgreSQL user name specified in startup packet")
        served = self._address.database
        doubt = "" if startup.database == served else "it runs in another database"
        judge = self._gate.judge(startup.user, replication=startup.replication, doubt=doubt)
        if startup.sets(LICENSE_USER) and not judge.impersonates:
            raise RefusedStartup(
                f'parameter "{LICENSE_USER}" cannot be set by user "{startup.user}": '
                "the key impersonators does not name it"
            )
        if judge.standing.clear or self._gate.observe:
            return judge
        if startup.replication:
            raise RefusedStartup(
                "a replication connection cannot be checked: it is for users who lack no license"
            )
        if doubt:
            raise RefusedStartup(
                f'this proxy serves database "{served}", not "{startup.database}": '
                "each database has a proxy of its own"
            )
        return judge

    async def _connect(self, factory: Any) -> tuple[asyncio.Transport, asyncio.BaseProtocol]:
        """Connect to PostgreSQL. Raises ServerUnavailable."""
        loop, address = asyncio.get_running_loop(), self._address
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                if address.host.startswith("/"):
                    path = f"{address.host}/.s.PGSQL.{address.port}"
                    return await loop.create_unix_connection(factory, path)
                made = await loop.create_connection(factory, address.host, address.port)
        except (OSError, TimeoutError) as exc:
            text = getattr(exc, "strerror", None) or str(exc) or "it does not answer"
            raise ServerUnavailable(
                f"cannot reach PostgreSQL at {address.host}:{address.port}: {text}"
            ) from exc
        made[0].get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        return made

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


class _UntilClosed(asyncio.Protocol):
    def __init__(self, closed: asyncio.Event) -> None:
        self._closed = closed

    def connection_lost(self, exc: Exception | None) -> None:
        self._closed.set()
