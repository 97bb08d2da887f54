"""The addresses that clients connect to: ours alone, or shared by our processes only."""

import socket
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from pgtoll.config import Listen
from pgtoll.errors import ConfigError
from pgtoll.tcp import prepare

_Resolved = tuple[socket.AddressFamily, socket.SocketKind, int, str, tuple[Any, ...]]


EVERYWHERE = "*"  # as a host: every address of the machine
_EVERY_IPV4, _EVERY_IPV6 = "0.0.0.0", "::"  # noqa: S104 (what the operator asks for)


def spread(listens: Iterable[Listen]) -> Iterator[Listen]:
    """The addresses that are meant: `*` is two, or one where there is no IPv6."""
    for listen in listens:
        if listen.host != EVERYWHERE:
            yield listen
            continue
        yield replace(listen, host=_EVERY_IPV4)
        if _has_ipv6():
            yield replace(listen, host=_EVERY_IPV6)


def _has_ipv6() -> bool:
    try:
        bound(_EVERY_IPV6, 0).close()
    except OSError:
        return False
    return True


def reserve(listen: Listen, *, shared: bool, option: str = "--listen") -> socket.socket:
    """Bind the address, so that it is ours; nothing listens on it yet.

    A shared one can be bound again by our processes, which come and go. Raises ConfigError when the
    address is taken or not ours, and names the option that gives another.
    """
    try:
        probe = bound(listen.host, listen.port)  # nobody else listens there
        if not shared:
            return probe
        probe.close()
        return bound(listen.host, listen.port, shared=True)
    except (OSError, UnicodeError) as exc:  # UnicodeError: a name that cannot be one of a host
        raise unusable(shown(listen.host, listen.port), exc, option) from exc


def unusable(where: str, exc: Exception, option: str = "--listen") -> ConfigError:
    """What the operator is told about an address that we cannot listen on."""
    reason = (getattr(exc, "strerror", None) or str(exc)).lower()
    return ConfigError(f"cannot listen on {where}: {reason}: choose another with {option}")


def name_of(sock: socket.socket) -> str:
    """What a socket listens on, as people write it."""
    name = sock.getsockname()
    if isinstance(name, bytes):  # an abstract name
        return name.decode().replace("\0", "@", 1)
    return name if isinstance(name, str) else shown(*name[:2])


def shown(host: str, port: int) -> str:
    """An address as people write it."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def address_of(listen: Listen) -> str:
    """The address as its socket will show it. Raises ConfigError when there can be none."""
    try:
        return shown(*_resolved(listen.host, listen.port)[4][:2])
    except (OSError, UnicodeError) as exc:
        raise unusable(shown(listen.host, listen.port), exc) from exc


def _resolved(host: str, port: int) -> _Resolved:
    return socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[
        0
    ]


def bound(host: str, port: int, *, shared: bool = False) -> socket.socket:
    """A socket on the address; a shared one is for all of ours (SO_REUSEPORT). Raises OSError."""
    family, kind, proto, _, address = _resolved(host, port)
    sock = socket.socket(family, kind, proto)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, shared)
    if family == socket.AF_INET6:  # as in PostgreSQL: IPv4 has a socket of its own
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, True)
    prepare(sock)
    try:
        sock.bind(address)
    except OSError:
        sock.close()
        raise
    return sock
