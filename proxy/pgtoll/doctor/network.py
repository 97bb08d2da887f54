"""Where the server can be reached at all, and how the proxy reaches it."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass

from pgtoll.doctor.findings import Finding, Severity, Where, fine

_EVERYWHERE = {"*", "0.0.0.0", "::"}  # noqa: S104 (what others listen on)
_SOCKETS = "/run/postgresql"  # where a server without sockets may make one


@dataclass(frozen=True, slots=True)
class Way:
    """How the proxy reaches the server, as the server sees it."""

    client: str | None  # the proxy's address; None for a Unix socket
    server: str | None = None  # the address that it connects to

    @property
    def loopback(self) -> bool:
        """Whether the proxy is on the server's own machine, and so cannot be told from others."""
        return self.client is not None and is_loopback(self.client)

    def __str__(self) -> str:
        return self.client or "a Unix socket"


def is_loopback(address: str) -> bool:
    """Tell whether an address is one of the machine that asks."""
    return ipaddress.ip_address(address).is_loopback


def judge_network(way: Way, settings: Mapping[str, str], login: str) -> tuple[Finding, ...]:
    """Return what the server's addresses and sockets let in besides the proxy.

    `settings` are those that the examining role may see, by their names; `login` is the rest of a
    connection string.
    """
    return (_listening(way, settings), _nearness(way, settings, login))


def _listening(way: Way, settings: Mapping[str, str]) -> Finding:
    value = settings.get("listen_addresses", "")
    names = {name.strip() for name in value.split(",")}
    wanted = way.server or ""
    if not (names & _EVERYWHERE if wanted else value):
        return fine("listen-addresses", f"the server listens on {value or 'no address'}")
    return Finding(
        check="listen-addresses",
        severity=Severity.WARNING,
        what=f"the server listens on {value}; the proxy needs {wanted or 'a Unix socket only'}",
        why="Where nobody listens, no mistake in pg_hba.conf lets anybody in.",
        fix=(f"ALTER SYSTEM SET listen_addresses = '{wanted}';", "-- then restart the server"),
    )


def _nearness(way: Way, settings: Mapping[str, str], login: str) -> Finding:
    """Judge who else is as near to the server as the proxy."""
    if way.client is None:
        return _socket(settings)
    if not way.loopback:
        return fine("neighbours", f"the proxy comes from an address of its own, {way}")
    place = settings.get("unix_socket_directories", "").split(",")[0].strip(' "') or _SOCKETS
    return Finding(
        check="neighbours",
        severity=Severity.WARNING,
        what=f"the proxy comes from {way}, and so does every program on the server's machine",
        why="pg_hba.conf cannot tell them apart. A Unix socket can be closed to all but the proxy's"
        " account.",
        fix=(f'server = "host={place} port={settings.get("port", "5432")} {login}"',),
        where=Where.PGTOLL,
    )


def _socket(settings: Mapping[str, str]) -> Finding:
    # Linux lets nobody connect who may not write ("unix_socket_permissions").
    mode = int(settings.get("unix_socket_permissions", "0777"), 8)
    if not mode & 0o002:
        return fine("neighbours", "the server's Unix socket is closed to other accounts")
    return Finding(
        check="neighbours",
        severity=Severity.PROBLEM,
        what=f"every account of the machine may use the server's Unix socket, its mode is {mode:o}",
        why="The proxy uses it too, so pg_hba.conf cannot tell them apart. unix_socket_group names"
        " the group that the proxy's account has to be in.",
        fix=("ALTER SYSTEM SET unix_socket_permissions = '0770';", "-- then restart the server"),
    )
