"""The life of one proxy process: load what is in force, serve, keep it current, stop in order."""

import asyncio
import logging
import resource
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import uvloop
from psycopg import ConnectionInfo

from pgtoll.audit import Audit
from pgtoll.body_reading import Bodies
from pgtoll.clock import Clock
from pgtoll.config import Auth, Config, Mode
from pgtoll.dialing import Dialing
from pgtoll.entrance import Entrance
from pgtoll.gate import Gate
from pgtoll.hosts import Hosts, parameters
from pgtoll.login import Logins, Lookup
from pgtoll.origins import Balancers
from pgtoll.parsing import Parsers
from pgtoll.probing import Probing
from pgtoll.server import Server
from pgtoll.tls import ServerTls, load_client_tls, load_server_tls
from pgtoll.upkeep import Upkeep
from pgtoll.upstream import Upstream

log = logging.getLogger("pgtoll.process")

MOST_DESCRIPTORS = 1 << 16  # a client needs two; the usual limit of 1024 is for select(2)


def serve(config: Config, sock: socket.socket, ready: Callable[[], None]) -> int:
    """Serve on a bound socket until SIGTERM or SIGINT; return the exit status.

    `ready` is called once, when clients are taken. Raises a PgtollError that says what is missing.
    """
    raise_descriptor_limit()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_serve(config, sock, ready))


def raise_descriptor_limit() -> None:
    """Use what we may have: a thousand descriptors are five hundred clients."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = MOST_DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, MOST_DESCRIPTORS)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


async def _serve(config: Config, sock: socket.socket, ready: Callable[[], None]) -> int:
    audit, clock = Audit(), Clock()
    tls = load_client_tls(config.tls, clock.now())
    parsers = Parsers(strict=config.enforcement.strict_parsers)
    bodies = Bodies(parsers.read_body)
    upkeep = await Upkeep.begin(config, clock, audit, bodies)
    lookup = Lookup(config.server.dsn, config.store.dsn)
    try:
        if config.login.auth is Auth.SCRAM:
            await lookup.check(config.login.query)
        await parsers.start()
        gate = Gate(
            await upkeep.picture(),
            clock.now,
            observe=config.enforcement.mode is Mode.OBSERVE,
            impersonators=config.identity.impersonators,
        )
        reached = await upkeep.reached()
        hosts = Hosts.of(config.server.dsn, reached)
        encoding = reached.parameter_status("server_encoding") or "UTF8"
        entrance = Entrance(gate, upkeep.managers, hosts.database, encoding)
        dialing = Dialing(hosts.seconds, server_tls(config, reached))
        upstream = Upstream(hosts, Probing(config.server.dsn, hosts.seconds), dialing)
        logins = Logins(upstream.connect, lookup, config.login)
        server = Server(upstream, entrance, logins, gate, parsers, audit, upkeep.holds, tls)
        server.limits = config.limits
        server.balancers = Balancers(config.balancers)
        await server.listen(sock)
        await _until_told(server, upkeep, gate, ready)
        log.info("%s", _figures(gate, audit))
    finally:
        await parsers.close()
        await lookup.close()
        await upkeep.end()
    return 0


def server_tls(config: Config, reached: ConnectionInfo) -> ServerTls:
    """Load what the connection string says of TLS, as libpq reads it. Raises ConfigError."""
    return load_server_tls(parameters(config.server.dsn, reached), Path.home())


async def _until_told(
    server: Server, upkeep: Upkeep, gate: Gate, ready: Callable[[], None]
) -> None:
    """Serve until a signal says to stop.

    Before, signals end the process at once: nobody is served yet, and PostgreSQL may not answer.
    """
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    ready()
    async with asyncio.TaskGroup() as tasks:
        keeping = tasks.create_task(upkeep.run(gate, server.catalog_changed))
        await stop.wait()
        await server.stop()
        keeping.cancel()


def _figures(gate: Gate, audit: Audit) -> str:
    facts = gate.facts
    return (
        f"statements judged={gate.judged} facts hits exact={facts.exact_hits} "
        f"shape={facts.shape_hits} misses={facts.misses} refused={audit.counts.total()}"
    )
