"""Which hosts a connection string names, and what kind of server is wanted among them.

The meaning is libpq's ("Parameter Key Words", "Specifying Multiple Hosts").
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from ipaddress import ip_address
from random import SystemRandom

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq.misc import ConninfoOption

from pgtoll.errors import ConfigError

CONNECT_SECONDS = 10.0  # for one attempt to reach PostgreSQL, unless connect_timeout says another
LEAST_SECONDS = 2.0  # libpq takes no connect_timeout below
PORT = "5432"


@dataclass(frozen=True, slots=True)
class State:
    """What a server says of itself."""

    standby: bool
    read_only: bool  # what new sessions are, unless they say otherwise


class Wanted(Enum):
    """What `target_session_attrs` asks for."""

    ANY = "any"
    READ_WRITE = "read-write"
    READ_ONLY = "read-only"
    PRIMARY = "primary"
    STANDBY = "standby"
    PREFER_STANDBY = "prefer-standby"

    def suits(self, state: State) -> bool:
        """Whether a server in this state is what is wanted."""
        match self:
            case Wanted.READ_WRITE:
                return not (state.standby or state.read_only)
            case Wanted.READ_ONLY:
                return state.standby or state.read_only
            case Wanted.PRIMARY:
                return not state.standby
            case Wanted.STANDBY:
                return state.standby
            case _:
                return True

    @property
    def rounds(self) -> tuple[Wanted, ...]:
        """What is looked for first, and what if there is none."""
        return (Wanted.STANDBY, Wanted.ANY) if self is Wanted.PREFER_STANDBY else (self,)


@dataclass(frozen=True, slots=True)
class Host:
    """One host of a connection string."""

    name: str  # a name, an address, a directory of Unix sockets, or an abstract one (@)
    port: int
    address: str = ""  # where the name is not to be looked up

    @property
    def local(self) -> bool:
        """Whether it is reached by a Unix socket."""
        return not self.address and self.name.startswith(("/", "@"))


@dataclass(frozen=True, slots=True)
class Place:
    """One address of a host: a name may have several."""

    name: str  # as the connection string has it; a certificate is for this one
    address: str  # a directory for Unix sockets
    port: int

    @property
    def path(self) -> str:
        """The name of its Unix socket; empty for TCP."""
        if not self.address.startswith(("/", "@")):
            return ""
        path = f"{self.address}/.s.PGSQL.{self.port}"
        return "\0" + path[1:] if path.startswith("@") else path

    def __str__(self) -> str:
        known = self.name in (self.address, "")
        return f"{self.address if known else f'{self.name} ({self.address})'}:{self.port}"


@dataclass(frozen=True, slots=True)
class Hosts:
    """Where PostgreSQL may be found, and as what."""

    hosts: tuple[Host, ...]
    database: str
    wanted: Wanted = Wanted.ANY
    balanced: bool = False  # tried in an order of chance
    seconds: float = CONNECT_SECONDS  # for each attempt

    @classmethod
    def of(cls, dsn: str, info: psycopg.ConnectionInfo) -> Hosts:
        """Return what a connection string says, and the environment and libpq where it is silent.

        `info` is of a connection that it has made. Raises ConfigError.
        """
        values = parameters(dsn, info)
        seconds = int(values.get("connect_timeout") or 0)
        return cls(
            _hosts(values, info.host),
            info.dbname,
            _wanted(values.get("target_session_attrs") or "any"),
            values.get("load_balance_hosts") == "random",
            max(float(seconds), LEAST_SECONDS) if seconds > 0 else CONNECT_SECONDS,
        )

    @property
    def one(self) -> bool:
        """Whether there is no choice to make, but for the addresses of the one name."""
        return len(self.hosts) == 1 and self.wanted is Wanted.ANY

    async def places(self) -> list[Place]:
        """Return the addresses in the order in which to try them. Raises OSError if there is none.

        A name that cannot be looked up counts only when no other can.
        """
        found: list[Place] = []
        problem: OSError | None = None
        for host in self.hosts:
            try:
                found += await _places(host)
            except (OSError, UnicodeError) as exc:
                problem = exc if isinstance(exc, OSError) else OSError(str(exc))
        if problem and not found:
            raise problem
        if self.balanced:
            SystemRandom().shuffle(found)
        return found


def parameters(dsn: str, info: psycopg.ConnectionInfo) -> dict[str, str]:
    """Return what libpq goes by: what a connection string says, and what stands elsewhere.

    `info` is of a connection that it has made.
    """
    given = {name: str(value) for name, value in conninfo_to_dict(dsn).items() if value}
    # A service file is libpq's to read; it tells what it has found.
    found = _known(info.pgconn.info) if "service" in given else {}
    return _known(psycopg.pq.Conninfo.get_defaults()) | found | given


def each_of(dsn: str) -> list[str]:
    """Return a connection string for each host that one names, in their order.

    What is no connection string, or has its hosts in a service file, is returned as it is.
    """
    try:
        given = {name: str(value) for name, value in conninfo_to_dict(dsn).items() if value}
        values = _known(psycopg.pq.Conninfo.get_defaults()) | given
        hosts = [] if "service" in values else _hosts(values, "")
    except (psycopg.Error, ValueError):
        return [dsn]
    if len(hosts) < 2:
        return [dsn]
    places = ({"host": one.name, "hostaddr": one.address, "port": one.port} for one in hosts)
    rest = {
        name: value for name, value in given.items() if name not in ("host", "hostaddr", "port")
    }
    return [make_conninfo("", **(rest | _filled_in(place))) for place in places]


def _filled_in(place: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in place.items() if value}


def _known(options: Iterable[ConninfoOption]) -> dict[str, str]:
    """Return the options that have a value: from the environment, or libpq's own."""
    return {option.keyword.decode(): option.val.decode() for option in options if option.val}


def _wanted(given: str) -> Wanted:
    try:
        return Wanted(given)
    except ValueError as exc:
        known = ", ".join(one.value for one in Wanted)
        raise ConfigError(
            f'invalid target_session_attrs value: "{given}" (use one of {known})'
        ) from exc


def _hosts(values: Mapping[str, str], found: str) -> tuple[Host, ...]:
    """Return the hosts of three lists, of which each may be short or missing."""
    names, addresses = (values.get(key, "").split(",") for key in ("host", "hostaddr"))
    ports = values.get("port", PORT).split(",")
    count = max(len(names), len(addresses))
    names, addresses, ports = (_filled(column, count) for column in (names, addresses, ports))
    return tuple(
        Host(name or address or found, int(port or PORT), address)
        for name, address, port in zip(names, addresses, ports, strict=True)
    )


def _filled(column: Sequence[str], count: int) -> list[str]:
    """Return a list of this length: one value is for all."""
    return [column[0]] * count if len(column) == 1 else list(column)


async def _places(host: Host) -> list[Place]:
    if host.local or _is_address(host.address or host.name):
        return [Place(host.name, host.address or host.name, host.port)]
    found = await asyncio.get_running_loop().getaddrinfo(
        host.name, host.port, type=socket.SOCK_STREAM
    )
    addresses = dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found)
    return [Place(host.name, address, host.port) for address in addresses]


@lru_cache  # asked for each connection
def _is_address(name: str) -> bool:
    try:
        ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return True
