"""The life of one proxy process: load what is in force, serve, keep it current, stop in order."""

from __future__ import annotations

import asyncio
import logging
import os
import resource
import socket
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from psycopg import ConnectionInfo

from pgtoll.admin.program import Processes
from pgtoll.admin.reception import Reception
from pgtoll.admin.requests import Kill, Pause, Sessions
from pgtoll.admin.sessions import session_lines
from pgtoll.audit import Audit
from pgtoll.clock import Clock
from pgtoll.config import Auth, Config, Demand, Mode
from pgtoll.engine.guarantees import guarantees, weakened
from pgtoll.entrance.counting import Board, Register
from pgtoll.entrance.entrance import Entrance
from pgtoll.entrance.terms import Terms, terms_of
from pgtoll.errors import ConfigError, PgtollError
from pgtoll.figures.figures import Figures
from pgtoll.figures.telling import told
from pgtoll.gate import Gate
from pgtoll.login import Logins, Lookup
from pgtoll.logs import log_to_stderr
from pgtoll.parsing.bodies import Bodies
from pgtoll.parsing.parsers import Parsers
from pgtoll.program.control import Answer, Apply, Check, Doors, Note, Request, Stop, Tell
from pgtoll.program.daily import keep_days
from pgtoll.recording.recorder import Recorder
from pgtoll.server import Server, Tracer
from pgtoll.sockets import Poller
from pgtoll.tls import ServerTls, home_directory, load_server_tls
from pgtoll.trails import Entry, program_name
from pgtoll.upkeep.preloading import preload
from pgtoll.upkeep.upkeep import Upkeep
from pgtoll.upstream.dialing import Dialing
from pgtoll.upstream.hosts import Hosts, parameters
from pgtoll.upstream.probing import Probing
from pgtoll.upstream.upstream import Upstream

log = logging.getLogger("pgtoll.process")

TIMER_SLACK = Path("/proc/self/timerslack_ns")
TIMER_SLACK_NANOSECONDS = 4_000_000  # Linux ticks every 4 ms or more often, with few exceptions
TRACES_SECONDS = 2.0  # for traces that wait to be sent, when the program ends
MOST_DESCRIPTORS = 1 << 16  # a client needs two; the usual limit of 1024 is for select(2)


@dataclass(frozen=True, slots=True)
class Start:
    """What a process is handed when it starts."""

    config: Config
    sockets: tuple[socket.socket, ...]  # all that the program listens on
    numbers: frozenset[int] = frozenset({0})  # those of them that are this process's
    board: Board | None = None  # on which all processes count their clients
    place: int = 0  # of this process on the board


def raise_descriptor_limit() -> None:
    """Use what we may have: a thousand descriptors are five hundred clients."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = MOST_DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, MOST_DESCRIPTORS)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def let_timers_be_late() -> None:
    """Wake up late rather than set the clock's alarm for each wait, from this thread on.

    A busy worker waits for some milliseconds, and is woken before, thousands of times a second.
    An alarm that is due after the kernel's next tick need not be set (`timerslack_ns` in proc(5)).
    """
    with suppress(OSError):  # without /proc, or not allowed: each wait costs a little more
        TIMER_SLACK.write_text(str(TIMER_SLACK_NANOSECONDS), encoding="ascii")


@dataclass(frozen=True, slots=True)
class Parts:
    """What a worker is made of."""

    audit: Audit
    clock: Clock
    parsers: Parsers
    upkeep: Upkeep
    gate: Gate
    recorder: Recorder
    lookup: Lookup
    dialing: Dialing
    logins: Logins
    server: Server


@dataclass(frozen=True, slots=True)
class Checked:
    """What was made of a configuration, and of the files that it names, when it was checked."""

    config: Config
    terms: Terms
    tls: ServerTls


class Worker:
    """Serves clients until it is told to stop, and answers what other processes ask of it."""

    def __init__(self, parts: Parts, start: Start, head: Answer, config: Config) -> None:
        self.parts = parts
        self.config = config  # in force
        self.head = head  # asks the program's first process
        self._sockets = start.sockets
        self._notes = start.place == 0  # what concerns the whole program
        self._listeners: dict[int, asyncio.Server] = {}
        self._told_to_stop = asyncio.Event()
        self._checked: Checked | None = None

    async def listen(self, numbers: frozenset[int]) -> None:
        """Take clients from these sockets alone. Raises ConfigError when one is another's."""
        for number in self._listeners.keys() - numbers:
            self._listeners.pop(number).close()
        if self._told_to_stop.is_set():
            return
        for number in sorted(numbers - self._listeners.keys()):
            sock = self._sockets[number].dup()
            self._listeners[number] = await self.parts.server.listen(sock)

    async def run(self) -> None:
        """Keep what is in force current until the last session has ended."""
        upkeep, gate, server = self.parts.upkeep, self.parts.gate, self.parts.server
        async with asyncio.TaskGroup() as tasks:
            keeping = tasks.create_task(upkeep.run(gate, server.catalog_changed))
            recording = tasks.create_task(self.parts.recorder.run())
            reading = tasks.create_task(self._preload())
            looking = tasks.create_task(
                keep_days(server, gate.attendance, lambda: self.config, self.parts.clock.now)
            )
            await self._told_to_stop.wait()
            reading.cancel()
            looking.cancel()
            await server.stop()
            recording.cancel()
            keeping.cancel()
        log.info("%s", _summary(gate, self.parts.audit))

    async def _preload(self) -> None:
        """Read what is asked most often, while clients are served already."""
        read = self.parts.parsers.read_ahead
        most = self.config.operation.preload
        await preload(self.config.server.dsn, most, self.parts.gate.facts, read)

    def stop(self, *, fast: bool = False) -> None:
        """Take no more clients, let transactions end unless it is to be fast, and end.

        Connections that the kernel holds for us are not lost if another process has the sockets.
        """
        self._told_to_stop.set()
        while self._listeners:
            self._listeners.popitem()[1].close()
        for sock in self._sockets:
            sock.close()
        if fast:
            self.parts.server.hurry()

    # What is asked

    async def answer(self, request: Request) -> object:
        """Do, or tell, what another process asks for. Raises PgtollError when it cannot be."""
        match request:
            case Tell():
                return self.tell()
            case Check(config):
                await self.check(config)
            case Apply(config):
                self.apply(config)
            case Doors(numbers):
                await self.listen(numbers)
            case Note(entry):
                return self._note(entry)
            case Stop(fast):
                self.stop(fast=fast)
            case Sessions():
                now = asyncio.get_running_loop().time()
                return tuple(session_lines(self.parts.server.links, now))
            case Kill(pid):
                return self.parts.server.kill(pid)
            case Pause(on):
                await self.pause(on=on)
            case _:
                raise PgtollError(f"a worker does not know {type(request).__name__}")
        return None

    async def pause(self, *, on: bool) -> None:
        """Hold clients back and wait until the last transaction has ended, or let them go on."""
        pausing = self.parts.server.pausing
        if on:
            await pausing.begin()
        else:
            pausing.end()

    def _trace_by(self, config: Config) -> None:
        """Trace sessions that come from here on by other settings."""
        server = self.parts.server
        old, server.tracer = server.tracer, tracer_of(config)
        if old is not None:
            threading.Thread(target=old.finish, args=(TRACES_SECONDS,), daemon=True).start()

    def _note(self, entry: Entry) -> bool:
        """Have the audit tell of what concerns the whole program, unless another worker does."""
        if self._notes:
            self.parts.audit.note(entry)
        return self._notes

    def tell(self) -> Figures:
        """What this process has done so far, and how it is."""
        parts = self.parts
        return told(parts.server, parts.gate, parts.upkeep, parts.parsers, parts.audit)

    async def check(self, config: Config) -> None:
        """See whether a configuration can be put in force. Raises a PgtollError."""
        terms = terms_of(config, self.parts.clock.now())
        self.parts.audit.check(config.audit)
        await self.parts.upkeep.check(config)
        await check_logins(config, self.parts.lookup)
        check_tracing(config)
        tls = server_tls(config, await self.parts.upkeep.reached())
        self._checked = Checked(config, terms, tls)

    def apply(self, config: Config) -> None:
        """Put a configuration in force that was checked: for sessions that live as well."""
        parts, gate = self.parts, self.parts.gate
        parts.audit.go_by(config.logging, config.audit)
        if config.tracing != self.config.tracing:
            self._trace_by(config)
        if self._checked is not None and self._checked.config == config:
            parts.server.terms, parts.dialing.tls = self._checked.terms, self._checked.tls
        self._checked = None
        self.config = config
        parts.logins.how = config.login
        log_to_stderr(config.logging)
        gate.impersonators = frozenset(config.identity.impersonators)
        gate.observe = config.enforcement.mode is Mode.OBSERVE
        gate.strict = gate.ways.strict(config.enforcement.refuses_unread)
        gate.grace = config.store.grace
        parts.server.renew()
        parts.upkeep.apply(config, gate, parts.server.catalog_changed)


@asynccontextmanager
async def working(start: Start, head: Answer) -> AsyncIterator[Worker]:
    """Make a worker and what it needs; nobody is served yet. Raises a PgtollError."""
    raise_descriptor_limit()
    let_timers_be_late()
    config, clock = start.config, Clock()
    audit = Audit(config.logging.sql, config.logging.record, config.audit)
    parsers = Parsers(strict=config.enforcement.strict_parsers)
    terms = terms_of(config, clock.now())
    follows = start.place == 0
    bodies = Bodies(parsers.read_body)
    upkeep = await Upkeep.begin(config, clock, audit, bodies, follows=follows)
    if start.place == 0:  # the others would say the same
        _tell_weakened(upkeep)
    lookup = Lookup(config.server.dsn, config.store.dsn)
    try:
        await check_logins(config, lookup)
        await parsers.start()
        gate = Gate(
            await upkeep.picture(),
            clock.now,
            observe=config.enforcement.mode is Mode.OBSERVE,
            strict=upkeep.ways.strict(config.enforcement.refuses_unread),
            impersonators=config.identity.impersonators,
            ways=upkeep.ways,
            grace=config.store.grace,
        )
        reached = await upkeep.reached()
        hosts = Hosts.of(config.server.dsn, reached)
        encoding = reached.parameter_status("server_encoding") or "UTF8"
        entrance = Entrance(gate, upkeep.managers, hosts.database, encoding)
        dialing = Dialing(hosts.seconds, server_tls(config, reached))
        upstream = Upstream(hosts, Probing(config.server.dsn, hosts.seconds), dialing)
        logins = Logins(upstream.connect, lookup, config.login)
        register = Register(start.board or Board(1), start.place)
        sockets = Poller(asyncio.get_running_loop())
        server = Server(
            upstream, entrance, logins, gate, parsers, audit, upkeep.holds, terms, sockets, register
        )
        heard = upkeep.recording_changed
        recorder = Recorder(config.store.dsn, gate, parsers.read_aside, heard)
        parts = Parts(
            audit, clock, parsers, upkeep, gate, recorder, lookup, dialing, logins, server
        )
        worker = Worker(parts, start, head, config)
        program = Processes(worker.head, lambda: worker.config)
        server.tracer = tracer_of(config)
        server.console = reception = Reception(program, clock.now, hosts.database, audit.note)
        try:
            yield worker
        finally:
            await recorder.end()
            await reception.close()
            if server.tracer is not None:
                await asyncio.to_thread(server.tracer.finish, TRACES_SECONDS)
            sockets.close()
    finally:
        await parsers.close()
        await lookup.close()
        await upkeep.end()


def _tell_weakened(upkeep: Upkeep) -> None:
    """Log each guarantee that does not hold here as it could."""
    for one in weakened(guarantees(upkeep.abilities)):
        log.warning("guarantee %s: %s (%s)", one.name, one.what, one.why)


async def check_logins(config: Config, lookup: Lookup) -> None:
    """See whether clients can log in as configured. Raises ConfigError when none can."""
    encrypts = config.tls.clients is not Demand.OFF
    match config.login.auth:
        case Auth.CERT if not encrypts or config.tls.client_certificates is Demand.OFF:
            raise ConfigError(
                "auth is cert, which needs certificates: set tls, tls_ca and tls_client_certs"
            )
        case Auth.SCRAM:
            await lookup.check(config.login.query)
        case Auth.RELAY if encrypts:  # the server may have TLS as well, and ask for SCRAM
            try:
                await lookup.check(config.login.query)
            except ConfigError as exc:
                log.warning("no login by SCRAM with TLS on both sides: %s", exc)


def tracer_of(config: Config) -> Tracer | None:
    """Return what traces sessions, if any are to be. Raises ConfigError."""
    if not config.tracing.endpoint:
        return None
    from pgtoll.tracing import tracer  # whoever traces nothing need not have what it takes

    return tracer.Tracer(config.tracing, program_name())


def check_tracing(config: Config) -> None:
    """See whether sessions could be traced as configured. Raises ConfigError."""
    if config.tracing.endpoint:
        from pgtoll.tracing.exporting import Exporter

        Exporter(config.tracing.endpoint, config.tracing.sql, program_name())


def server_tls(config: Config, reached: ConnectionInfo) -> ServerTls:
    """Load what the connection string says of TLS, as libpq reads it. Raises ConfigError."""
    return load_server_tls(parameters(config.server.dsn, reached), home_directory())


def stop_at_once() -> None:
    """End like a program that crashes: nobody is told anything."""
    os._exit(3)


def _summary(gate: Gate, audit: Audit) -> str:
    facts = gate.facts
    return (
        f"statements judged={gate.judged} facts hits exact={facts.exact_hits} "
        f"shape={facts.shape_hits} misses={facts.misses} refused={audit.counts.total()}"
    )
