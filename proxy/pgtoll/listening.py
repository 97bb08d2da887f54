"""The address that clients connect to: ours alone, and shared by our processes."""

import socket

from pgtoll.config import Listen
from pgtoll.errors import ConfigError


def reserve(listen: Listen) -> socket.socket:
    """Bind the address, so that it is ours while workers come and go; nothing listens on it yet.

    Raises ConfigError when it is taken or not ours.
    """
    try:
        bound(listen.host, listen.port, shared=False).close()  # nobody else listens there
        return bound(listen.host, listen.port)
    except OSError as exc:
        reason = (exc.strerror or str(exc)).lower()
        where = f"{listen.host}:{listen.port}"
        raise ConfigError(
            f"cannot listen on {where}: {reason}: choose another with --listen"
        ) from exc


def bound(host: str, port: int, *, shared: bool = True) -> socket.socket:
    """A socket on the address, which others of ours may share (SO_REUSEPORT). Raises OSError."""
    family, kind, proto, _, address = socket.getaddrinfo(
        host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    sock = socket.socket(family, kind, proto)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, shared)
    try:
        sock.bind(address)
    except OSError:
        sock.close()
        raise
    return sock
