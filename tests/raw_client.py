"""A client that writes the protocol by hand: it sends what no driver would."""

import socket
import struct
import time
from types import TracebackType
from typing import Self

from pgtoll.wire.messages import message, read_fields

SECONDS = 20.0

Reply = tuple[bytes, bytes]  # its type, and the whole message

SSL_REQUEST = struct.pack("!II", 8, (1234 << 16) | 5679)
GSSENC_REQUEST = struct.pack("!II", 8, (1234 << 16) | 5680)


def startup(**parameters: str) -> bytes:
    """A StartupMessage of protocol 3.0."""
    pairs = b"".join(f"{name}\0{value}\0".encode() for name, value in parameters.items())
    return struct.pack("!II", len(pairs) + 9, 3 << 16) + pairs + b"\0"


def copy_data(data: bytes) -> bytes:
    return message(b"d", data)


def describe_portal(name: bytes = b"") -> bytes:
    return message(b"D", b"P" + name + b"\0")


class RawClient:
    """One socket, and the messages that come from it."""

    def __init__(self, port: int, *, receive_bytes: int | None = None) -> None:
        self.socket = socket.socket()
        self.socket.settimeout(SECONDS)
        if receive_bytes is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        self.socket.connect(("127.0.0.1", port))
        self._data = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.socket.close()

    def start(self, user: str, database: str, **parameters: str) -> list[Reply]:
        """Log in where no password is asked, and return what the server says of itself."""
        self.send(startup(user=user, database=database, **parameters))
        return self.replies()

    def send(self, *messages: bytes) -> None:
        self.socket.sendall(b"".join(messages))

    def send_while_taken(self, data: bytes, seconds: float = 1.0) -> int:
        """Send until nothing was taken for some seconds; return how many bytes were."""
        sent, until = 0, time.monotonic() + seconds
        self.socket.setblocking(False)
        view = memoryview(data)
        while sent < len(data) and time.monotonic() < until:
            try:
                sent += self.socket.send(view[sent : sent + (1 << 16)])
                until = time.monotonic() + seconds
            except BlockingIOError:
                time.sleep(0.01)
        self.socket.settimeout(SECONDS)
        return sent

    def read_byte(self) -> bytes:
        return self.socket.recv(1)

    def reply(self) -> Reply | None:
        """The next message; None when the connection has ended."""
        while (end := self._end()) is None:
            more = self.socket.recv(1 << 16)
            if not more:
                return None
            self._data += more
        data, self._data = self._data[:end], self._data[end:]
        return data[:1], data

    def replies(self, last: bytes = b"Z") -> list[Reply]:
        """Every message up to one of type `last`, or up to the end of the connection."""
        found: list[Reply] = []
        while reply := self.reply():
            found.append(reply)
            if reply[0] == last:
                break
        return found

    def replies_for(self, quiet: float, rounds: int = 0) -> list[Reply]:
        """Every message until none has come for so many seconds, or the connection has ended.

        If so many `rounds` are due, no longer than until the last has ended.
        """
        found: list[Reply] = []
        self.socket.settimeout(quiet)
        try:
            while reply := self.reply():
                found.append(reply)
                rounds -= reply[0] == b"Z"
                if reply[0] == b"Z" and rounds == 0:
                    break
        except (TimeoutError, ConnectionResetError):
            pass
        self.socket.settimeout(SECONDS)
        return found

    def _end(self) -> int | None:
        if len(self._data) < 5:
            return None
        end = 1 + int.from_bytes(self._data[1:5], "big")
        return end if len(self._data) >= end else None


def types(replies: list[Reply]) -> bytes:
    """The types of messages, in order."""
    return b"".join(kind for kind, _ in replies)


def sqlstates(replies: list[Reply]) -> list[str]:
    """The SQLSTATEs of the errors among them."""
    return [read_fields(data)["C"].decode() for kind, data in replies if kind == b"E"]
