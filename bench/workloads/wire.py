"""A client that sends messages made beforehand, and of the replies reads no more than headers.

It costs a fraction of what the server does for it, so it is not what is measured.
"""

import socket
import ssl
from contextlib import suppress
from struct import Struct, pack
from typing import Self

from bench.pgbench import USER, Address
from raw_client import SSL_REQUEST, startup

from pgtoll.wire.messages import TERMINATE, read_fields
from pgtoll.wire.startup import ACCEPTED

SECONDS = 120  # that a reply may take
AT_ONCE = 1 << 18  # bytes read at a time
BULK = 1 << 20  # the same, of a large result

_HEADER = Struct("!BI").unpack_from
_ERROR, _READY, _COPY_IN = b"EZG"
_IDLE = b"Z\0\0\0\x05I"  # ReadyForQuery, outside of a transaction
_TAIL = 64  # bytes that the last two messages of a result have at most


class Wire:
    """One connection, logged in."""

    def __init__(self, address: Address) -> None:
        self._socket: socket.socket = _connected(address)
        self._rest = b""  # what has come of the next reply
        self.ask(startup(user=USER, database=address.dbname))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):  # after an error the other side may be gone
            self._socket.sendall(TERMINATE)
        self._socket.close()

    def ask(self, data: bytes, rounds: int = 1) -> None:
        """Send messages and read the replies until so many ReadyForQuery have come."""
        self._socket.sendall(data)
        self._read(_READY, rounds)

    def copy_in(self, statement: bytes, block: bytes, times: int, end: bytes) -> None:
        """Send a COPY FROM STDIN, a block so many times, and the end."""
        self._socket.sendall(statement)
        self._read(_COPY_IN, 1)
        for _ in range(times):
            self._socket.sendall(block)
        self.ask(end)

    def large_result(self, data: bytes, tag: bytes) -> int:
        """Send messages with one large result, that ends with this tag; return its bytes.

        It is not looked at until its end: nothing in it may look like a ReadyForQuery.
        """
        self._socket.sendall(data)
        buffer, size, tail = memoryview(bytearray(BULK)), 0, b""
        while not tail.endswith(_IDLE):
            if not (came := self._socket.recv_into(buffer)):
                raise RuntimeError("the connection was closed")
            tail = (tail + bytes(buffer[max(0, came - _TAIL) : came]))[-_TAIL:]
            size += came
        if not tail.endswith(tag + b"\0" + _IDLE):
            raise RuntimeError(f"the result ended without {tag.decode()}: {tail!r}")
        return size

    def _read(self, kind: int, times: int) -> None:
        """Read until so many messages of a kind have come."""
        data, at = self._rest, 0
        while times:
            size = len(data)
            while times and at + 5 <= size:
                found, length = _HEADER(data, at)
                if (end := at + 1 + length) > size:
                    break
                if found == _ERROR:
                    raise RuntimeError(_said(data[at:end]))
                times -= found == kind
                at = end
            if times:
                data, at = data[at:] + self._more(), 0
        self._rest = data[at:]

    def _more(self) -> bytes:
        if not (data := self._socket.recv(AT_ONCE)):
            raise RuntimeError("the connection was closed")
        return data


def _said(error: bytes) -> str:
    fields = read_fields(error)
    return f"{fields['C'].decode()} {fields['M'].decode(errors='replace')}"


def _connected(address: Address) -> socket.socket:
    plain = socket.create_connection(("127.0.0.1", address.port))
    # Python's own timeout would ask the kernel before each call whether it may be made.
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, pack("ll", SECONDS, 0))
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if not address.encrypted:
        return plain
    plain.sendall(SSL_REQUEST)
    if plain.recv(1) != ACCEPTED:
        raise RuntimeError(f"port {address.port} has no TLS")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # the certificate is believed
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context.wrap_socket(plain)
