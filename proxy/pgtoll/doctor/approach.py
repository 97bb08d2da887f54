"""How the proxy reaches the server: asked through the proxy itself, if it is known."""

import os
import socket
from collections.abc import Mapping, Sequence
from ipaddress import ip_address

import psycopg
from psycopg import AsyncConnection, errors
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import dict_row

from pgtoll.config import Listen
from pgtoll.doctor.findings import Finding, Row, Severity, Where, fine
from pgtoll.doctor.network import Way
from pgtoll.engine.older import as_spoken
from pgtoll.listening.addresses import EVERYWHERE, shown
from pgtoll.store.link import Connection, first_line

_WAY = "SELECT host(inet_client_addr()) AS client, host(inet_server_addr()) AS server"
_SERVER = "SELECT current_database() AS database, pg_postmaster_start_time() AS started"


async def ask(
    connection: Connection, sql: str, values: Mapping[str, object] | None = None
) -> list[dict[str, object]]:
    """Return the rows of a query, each as a mapping by its columns' names."""
    async with connection.cursor(row_factory=dict_row) as cursor:
        asked = as_spoken(sql, connection.info.server_version)
        await cursor.execute(asked.encode(), values)
        return await cursor.fetchall()


async def approach(
    connection: Connection, dsn: str, proxies: Sequence[Listen]
) -> tuple[Way, tuple[Finding, ...]]:
    """Return the way that the proxy comes, and what was found when each address was tried.

    `connection` leads to the server itself; without addresses, its own way is taken for the
    proxy's.
    """
    (row,) = await ask(connection, _WAY)
    way = _way(row)
    if not proxies:
        return way, (
            fine("proxy", f"the proxy is taken to be on this machine, and comes by {way}"),
        )
    (server,) = await ask(connection, _SERVER)
    findings: list[Finding] = []
    for listen in reversed(proxies):  # so that in the end it is the way of the first that answers
        try:
            way, found = await _through(dsn, listen, server)
        except psycopg.Error as exc:
            found = (_no_proxy(listen, first_line(exc)),)
        findings = [*found, *findings]
    return way, tuple(dict.fromkeys(findings))


async def _through(dsn: str, listen: Listen, server: Row) -> tuple[Way, tuple[Finding, ...]]:
    async with await AsyncConnection.connect(_proxied(dsn, listen), autocommit=True) as proxied:
        (found,) = await ask(proxied, _SERVER)
        (row,) = await ask(proxied, _WAY)
        if found != server:
            return _way(row), (_elsewhere(),)
        return _way(row), (await _enforcing(proxied), *_offered(proxied, listen))


def _way(row: Row) -> Way:
    client, server = row["client"], row["server"]
    return Way(None if client is None else str(client), None if server is None else str(server))


def _proxied(dsn: str, listen: Listen) -> str:
    near = {"0.0.0.0": "127.0.0.1", "::": "::1", EVERYWHERE: "127.0.0.1"}  # noqa: S104
    host = near.get(listen.host, listen.host)
    given = {
        name: value
        for name, value in conninfo_to_dict(dsn).items()
        if name != "hostaddr" and not name.startswith("ssl")  # those are for the server
    }
    return make_conninfo("", **{**given, "host": host, "port": listen.port, "sslmode": "prefer"})


async def _enforcing(proxied: Connection) -> Finding:
    """Tell a proxy by what PostgreSQL itself would allow: naming the user that licenses are for."""
    (row,) = await ask(proxied, "SELECT inet_client_port() AS port")
    if row["port"] == _own_port(proxied):
        return _no_relay()
    try:
        await proxied.execute("SET pgtoll.\"user\" = 'doctor'")
    except errors.InsufficientPrivilege:
        return fine("proxy", "the proxy answers, leads to this server and enforces")
    return Finding(
        check="proxy",
        severity=Severity.WARNING,
        what="the proxy refused nothing: it observes only, or the examining role lacks no license",
        why="While it observes, it records what it would refuse and lets it pass.",
        fix=('mode = "enforce"',),
        where=Where.PGTOLL,
    )


def _own_port(connection: Connection) -> int | None:
    """Return the port that this machine gave the connection; None for a Unix socket."""
    with socket.socket(fileno=os.dup(connection.fileno())) as twin:
        name = twin.getsockname()
    return int(name[1]) if isinstance(name, tuple) else None


def _no_relay() -> Finding:
    return Finding(
        check="proxy",
        severity=Severity.PROBLEM,
        what="what answers for the proxy is PostgreSQL itself",
        why="Applications that connect there are asked for no license.",
        fix=("pgtoll serve --listen HOST:PORT, and that address in the applications",),
        where=Where.SHELL,
    )


def _elsewhere() -> Finding:
    return Finding(
        check="proxy",
        severity=Severity.PROBLEM,
        what="the proxy leads to another server than this one",
        why="What is found here says nothing about what applications use.",
        fix=("give pgtoll serve and pgtoll doctor the same --server",),
        where=Where.SHELL,
    )


def _no_proxy(listen: Listen, reason: str) -> Finding:
    return Finding(
        check="proxy",
        severity=Severity.PROBLEM,
        what=f"the proxy does not answer at {shown(listen.host, listen.port)}: {reason}",
        why="Its address is unknown, and taken to be that of this machine.",
        fix=(f"pgtoll serve --listen {shown(listen.host, listen.port)}",),
        where=Where.SHELL,
    )


# What others on the network see


def in_the_clear(connection: Connection, way: Way) -> Finding:
    """Tell whether the proxy's way to the server is one on which somebody could listen."""
    if _private(way.server) or connection.pgconn.ssl_in_use:
        return fine("encryption", "nobody on the network reads what the proxy and the server say")
    return Finding(
        check="encryption",
        severity=Severity.WARNING,
        what=f"the way to the server at {way.server} is not encrypted",
        why="Whoever sees that network reads passwords and data, and can change statements.",
        fix=('server = "… sslmode=verify-full sslrootcert=FILE"',),
        where=Where.PGTOLL,
    )


def _offered(proxied: Connection, listen: Listen) -> tuple[Finding, ...]:
    if _private(listen.host) or proxied.pgconn.ssl_in_use:
        return ()
    return (
        Finding(
            check="encryption",
            severity=Severity.WARNING,
            what=f"the proxy offers no TLS to clients at {listen.host}",
            why="Whoever sees that network reads passwords and data, and can change statements.",
            fix=('tls = "require"', 'tls_cert = "FILE"', 'tls_key = "FILE"'),
            where=Where.PGTOLL,
        ),
    )


def _private(host: str | None) -> bool:
    """Whether it is this machine alone: a Unix socket or a loopback address."""
    if host is None or host.startswith(("/", "@")) or host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
