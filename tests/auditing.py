"""Records of the audit, and those who receive them, for its tests."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from license_samples import NOW

from pgtoll.trails import Entry, Kind, Outcome

PROXY = "host/1"
SECONDS = 20.0  # for something to come that has been sent

# What a client may choose for a name or write in a statement, to look like something else.
HOSTILE = (
    "x\n<134>1 2026-01-01T00:00:00Z host pgtoll 1 refused - forged",
    'x"] forged [pgtoll@32473 user="root',
    "x\\",
    "x\r\n\0\x1b[2J\x7f\x85\u2028\u2029\u202e",
    '{"kind": "login"}\n{"kind": "changed"}',
    "x\udcff",
    "爱丽丝",
)


def refused(sql: str = "SELECT 1", **fields: str) -> Entry:
    """Return the record of a refusal."""
    usual = Entry(at=NOW, kind=Kind.REFUSED, user="bob", sqlstate="42501", message="no license")
    return replace(usual, sql=sql, **fields)  # type: ignore[arg-type]


def changed(id_: str = "seat/1") -> Entry:
    return Entry(at=NOW, kind=Kind.CHANGED, outcome=Outcome.DONE, user="dana", id=id_)


class Collector:
    """A syslog server: it keeps the messages that have come."""

    def __init__(self, sock: socket.socket, tls: ssl.SSLContext | None = None) -> None:
        self._socket, self._tls = sock, tls
        self._held: list[socket.socket] = []  # connections
        self.received: list[bytes] = []
        self._come = threading.Condition()
        self._over = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def wait_for(self, count: int) -> list[bytes]:
        """Return the messages when there are so many, or what has come after all."""
        with self._come:
            self._come.wait_for(lambda: len(self.received) >= count, SECONDS)
            return list(self.received)

    def hang_up(self) -> None:
        """Close the connections of those who send."""
        while self._held:
            with suppress(OSError):
                self._held[-1].shutdown(socket.SHUT_RDWR)
            self._held.pop().close()

    def close(self) -> None:
        self._over = True
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self.hang_up()

    def _run(self) -> None:
        with suppress(OSError):
            while not self._over:
                if self._socket.type is socket.SOCK_DGRAM:
                    self._keep(self._socket.recv(1 << 16))
                else:
                    connection, _ = self._socket.accept()
                    threading.Thread(target=self._listen, args=(connection,), daemon=True).start()

    def _listen(self, connection: socket.socket) -> None:
        with suppress(OSError, ValueError):
            if self._tls is not None:
                connection = self._tls.wrap_socket(connection, server_side=True)
            self._held.append(connection)
            with connection.makefile("rb") as stream:
                while count := _digits(stream.read):
                    self._keep(stream.read(count))

    def _keep(self, message: bytes) -> None:
        with self._come:
            self.received.append(message)
            self._come.notify_all()


def _digits(read: Callable[[int], bytes]) -> int:
    """Read how many bytes a message has (RFC 6587, 3.4.1); 0 at the end."""
    digits = b""
    while (one := read(1)) not in (b" ", b""):
        digits += one
    return int(digits or b"0")


@contextmanager
def collecting(
    kind: str, path: Path | None = None, tls: ssl.SSLContext | None = None
) -> Iterator[tuple[Collector, str]]:
    """Run a collector; yield it, and what `audit` is to be so that records go there."""
    family = socket.AF_UNIX if path else socket.AF_INET
    datagrams = kind in ("udp", "unix")
    sock = socket.socket(family, socket.SOCK_DGRAM if datagrams else socket.SOCK_STREAM)
    sock.bind(str(path) if path else ("127.0.0.1", 0))
    if not datagrams:
        sock.listen()
    where = str(path) if path else f"{kind}://localhost:{sock.getsockname()[1]}"
    if kind == "udp":
        where = where.replace("localhost", "127.0.0.1")
    collector = Collector(sock, tls)
    try:
        yield collector, f"syslog:{where}"
    finally:
        collector.close()
