"""The sockets that syslog messages go by: a Unix socket, UDP, TCP or TLS."""

from __future__ import annotations

import os
import select
import socket
import ssl
from collections.abc import Callable, Sequence

from pgtoll.config import Auditing, Target
from pgtoll.config.targets import FACILITIES
from pgtoll.errors import ConfigError
from pgtoll.trails.entries import Entry
from pgtoll.trails.rfc5424 import as_syslog

SECONDS = 5.0  # to connect, and for one message to be taken

Connect = Callable[[], socket.socket]  # raises OSError


class Syslog:
    """Sends each record as a message; connects, and connects again, when there is one to send."""

    def __init__(self, connect: Connect, *, counted: bool, facility: int, proxy: str) -> None:
        """`counted`: each message stands behind its length (RFC 6587, 3.4.1; RFC 5425, 4.3)."""
        self._connect, self._counted = connect, counted
        self._facility, self._proxy = facility, proxy
        self._host = socket.gethostname()
        self._socket: socket.socket | None = None

    def write(self, entries: Sequence[Entry], /) -> int:
        """Send the records; return how many were taken. Raises OSError when none was."""
        sent = 0
        try:
            for entry in entries:
                self._send(self._message(entry))
                sent += 1
        except OSError:
            self.close()
            if not sent:
                raise
        return sent

    def close(self) -> None:
        """Let go of the connection."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _message(self, entry: Entry) -> bytes:
        data = as_syslog(
            entry,
            facility=self._facility,
            host=self._host,
            process=os.getpid(),
            proxy=self._proxy,
        )
        return b"%d %b" % (len(data), data) if self._counted else data

    def _send(self, data: bytes) -> None:
        if self._socket is not None and self._counted and is_ended(self._socket):
            self.close()
        if self._socket is None:
            self._socket = self._connect()
        self._socket.sendall(data)


def is_ended(sock: socket.socket) -> bool:
    """Whether the other side has closed a connection on which it says nothing."""
    try:
        while select.select([sock], [], [], 0)[0]:
            sock.setblocking(False)
            try:
                if not sock.recv(4096):
                    return True
            finally:
                sock.settimeout(SECONDS)
    except (ssl.SSLWantReadError, BlockingIOError):  # what came was for TLS itself
        return False
    except OSError:
        return True
    return False


def syslog(target: Target, settings: Auditing, proxy: str) -> Syslog:
    """Return the end of a trail to syslog. Raises ConfigError when the authorities are none."""
    ways: dict[str, Callable[[], Connect]] = {
        "": lambda: lambda: _unix(target.path),
        "udp": lambda: lambda: _datagrams(target.host, target.port),
        "tcp": lambda: lambda: socket.create_connection((target.host, target.port), SECONDS),
        "tls": lambda: _tls(target, settings),
    }
    return Syslog(
        ways[target.transport](),
        counted=target.transport in ("tcp", "tls"),
        facility=FACILITIES.index(settings.facility),
        proxy=proxy,
    )


def _unix(path: str) -> socket.socket:
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    return _connected(sock, path)


def _datagrams(host: str, port: int) -> socket.socket:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)
    family, kind, protocol, _, address = found[0]
    return _connected(socket.socket(family, kind, protocol), address)


def _connected(sock: socket.socket, address: object) -> socket.socket:
    sock.settimeout(SECONDS)
    try:
        sock.connect(address)  # type: ignore[arg-type]  # as its family has it
    except OSError:
        sock.close()
        raise
    return sock


def _tls(target: Target, settings: Auditing) -> Connect:
    """Return what connects by TLS: the server must show a certificate for its name."""
    try:
        trusted = settings.ca.content.decode() if settings.ca else None
        context = ssl.create_default_context(cadata=trusted)
    except (ssl.SSLError, UnicodeDecodeError) as exc:
        path = settings.ca.path if settings.ca else ""
        raise ConfigError(f"audit_ca: {path} holds no certificates in PEM form") from exc

    def connect() -> socket.socket:
        sock = socket.create_connection((target.host, target.port), SECONDS)
        try:
            return context.wrap_socket(sock, server_hostname=target.host)
        except OSError:
            sock.close()
            raise

    return connect
