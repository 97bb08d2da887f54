"""The life of the console's process: reach the store, serve, keep the time, stop in order."""

import asyncio
import logging
import signal
import socket
from collections.abc import Callable
from ipaddress import ip_address

import uvicorn
import uvloop

from pgtoll.audit import Audit
from pgtoll.clock import Clock
from pgtoll.config import Config
from pgtoll.console.api.routes import api_routes
from pgtoll.console.app import create_app
from pgtoll.console.doorman import Doorman
from pgtoll.errors import ServerUnavailable, StoreError
from pgtoll.office.desk import Desk
from pgtoll.store.audit_writing import RECORD_SECONDS, AuditWriting
from pgtoll.store.store import Store

log = logging.getLogger("pgtoll.console")

CLOCK_SECONDS = 10.0  # between looks at the highest time that any proxy has seen
DRAIN_SECONDS = 5  # for requests in progress when the program is told to stop
MOST_REQUESTS = 200  # at once; more are told to come later


def serve_console(config: Config, sock: socket.socket, ready: Callable[[], None]) -> int:
    """Serve on a bound socket until SIGTERM; return the exit status.

    `ready` is called once, when browsers are served. Raises a PgtollError that says what is wrong.
    """
    # uvicorn passes on the signal that has ended it, which must not end us before we are through.
    signal.signal(signal.SIGTERM, lambda *_: None)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(config, sock, ready))
    return 0


async def _serve(config: Config, sock: socket.socket, ready: Callable[[], None]) -> None:
    desk, clock = await Desk.open(config), Clock()
    audit = Audit(config.logging.sql, config.logging.record, config.audit)
    store = await Store.connect(config.store.dsn)
    recording = AuditWriting(audit, store)
    try:
        await _look_at(clock, store)
        server = Server(_settings(config, desk, clock, audit), ready)
        async with asyncio.TaskGroup() as tasks:
            keeping = tasks.create_task(_keep_time(clock, store))
            writing = tasks.create_task(_keep_records(recording))
            await server.serve([sock])
            keeping.cancel()
            writing.cancel()
        if not server.started:
            raise ServerUnavailable("the console could not start: see its log")
    finally:
        await recording.end()
        await store.close()
        await desk.close()


def _settings(config: Config, desk: Desk, clock: Clock, audit: Audit) -> uvicorn.Config:
    local = is_local(config)
    doorman = Doorman(config.store.dsn, clock.now, local=local, note=audit.note)
    mounts = api_routes(desk, doorman, config, clock.now)
    app = create_app(desk, config=config, now=clock.now, doorman=doorman, mounts=mounts)
    return uvicorn.Config(
        app,
        lifespan="on",
        log_config=None,
        log_level=logging.WARNING,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # the fence reads them, and knows whom to believe
        ws="none",
        limit_concurrency=MOST_REQUESTS,
        timeout_graceful_shutdown=DRAIN_SECONDS,
    )


class Server(uvicorn.Server):
    """A server that tells when it serves."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()


def is_local(config: Config) -> bool:
    """Tell whether only this machine's own programs can reach the console.

    Nobody else can if it listens on the loopback interface, unless another program passes on to it
    what comes from elsewhere.
    """
    host = config.console.listen.host if config.console.listen else ""
    if config.console.forwarders or config.console.hosts:
        return False
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


async def _keep_time(clock: Clock, store: Store) -> None:
    while True:
        await asyncio.sleep(CLOCK_SECONDS)
        try:
            await _look_at(clock, store)
        except StoreError as exc:
            log.warning("%s", exc)


async def _keep_records(recording: AuditWriting) -> None:
    while True:
        await asyncio.sleep(RECORD_SECONDS)
        try:
            await asyncio.shield(recording.write())
        except StoreError as exc:
            log.warning("%s", exc)


async def _look_at(clock: Clock, store: Store) -> None:
    """Never show an earlier time than any proxy has judged by."""
    clock.saw(await store.tick(clock.now()))
