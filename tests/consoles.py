"""The console in front of a test's database, as browsers reach it, with a clock that tests set."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import ip_address

import uvicorn
from servers import Postgres

from pgtoll import config
from pgtoll.console.app import create_app
from pgtoll.console.doorman import Doorman
from pgtoll.office.desk import Desk

START_SECONDS = 20.0


@dataclass
class Clock:
    """The time that the console believes it is."""

    now: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass(frozen=True)
class Console:
    """A running console."""

    url: str
    database: Postgres
    clock: Clock


@contextmanager
def running_console(
    database: Postgres,
    public: bytes,
    *,
    host: str = "127.0.0.1",
    customer: str | None = None,
    local: bool | None = None,
) -> Iterator[Console]:
    """Serve the console for a database with schema pgtoll while the context lasts."""
    settings = config.Config(
        server=config.Server(database.dsn),
        store=config.Store(database.dsn),
        console=config.Console(config.Listen(host, 0), forwarders=("127.0.0.1",)),
        trust=config.Trust((public,)),
        customer=customer,
    )
    clock, ready, ended = Clock(), threading.Event(), threading.Event()
    near = ip_address(host).is_loopback if local is None else local
    with socket.create_server((host, 0)) as sock:
        server = _serve(settings, clock, sock, ready=ready, ended=ended, local=near)
        thread = threading.Thread(target=asyncio.run, args=[server], daemon=True)
        thread.start()
        try:
            assert ready.wait(START_SECONDS)
            yield Console(f"http://{host}:{sock.getsockname()[1]}", database, clock)
        finally:
            ended.set()
            thread.join(START_SECONDS)


async def _serve(
    settings: config.Config,
    clock: Clock,
    sock: socket.socket,
    *,
    ready: threading.Event,
    ended: threading.Event,
    local: bool,
) -> None:
    desk = await Desk.open(settings)
    doorman = Doorman(settings.store.dsn, lambda: clock.now, local=local)
    app = create_app(desk, config=settings, now=lambda: clock.now, doorman=doorman)
    server = uvicorn.Server(
        uvicorn.Config(app, lifespan="on", log_config=None, proxy_headers=False)
    )
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(server.serve([sock]))
        ready.set()  # the socket listens, so whoever connects now waits
        await asyncio.to_thread(ended.wait)
        server.should_exit = True
    await desk.close()
