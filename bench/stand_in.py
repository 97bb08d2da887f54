"""A stand-in for PostgreSQL, where thousands of server processes would not fit, or would disturb.

Run as `python -m bench.stand_in PORT`; it listens on a port that it prints. Whoever logs in as
`crowd` is greeted as PostgreSQL would, and may send queries of the form `SELECT LENGTH`, which are
answered with a row of so many bytes or a few more: the time here, in nanoseconds (CLOCK_MONOTONIC).
All others are connected with the real server on PORT, byte by byte: so a proxy in front of it finds
its store, its catalog and its witness.
"""

import asyncio
import struct
import sys
import time
from typing import cast

import uvloop

from pgtoll.wire.messages import data_row, message

USER = b"crowd"
_PARAMETERS = {
    "server_version": "15.0",
    "server_encoding": "UTF8",
    "client_encoding": "UTF8",
    "standard_conforming_strings": "on",
    "integer_datetimes": "on",
    "is_superuser": "off",
    "session_authorization": "crowd",
    "DateStyle": "ISO, MDY",
    "TimeZone": "UTC",
}
_ASKING = 8  # the length of what asks for encryption
_READY = message(b"Z", b"I")
_GREETING = (
    message(b"R", struct.pack("!I", 0))
    + b"".join(message(b"S", f"{k}\0{v}\0".encode()) for k, v in _PARAMETERS.items())
    + message(b"K", struct.pack("!II", 4711, 4712))
    + _READY
)
_ROW = message(b"T", struct.pack("!h", 1) + b"n\0" + struct.pack("!IhIhih", 0, 0, 25, -1, -1, 0))
_DONE = message(b"C", b"SELECT 1\0") + _READY


class StandIn(asyncio.Protocol):
    """One connection: greeted here, or joined to the real server."""

    def __init__(self, real: int) -> None:
        self._real = real
        self._data = b""
        self._greeted = False
        self._joined: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        if self._joined is not None:
            self._joined.write(data)
            return
        self._data += data
        if self._greeted:
            self._answer()
        elif len(self._data) >= 4 and len(self._data) >= struct.unpack("!I", self._data[:4])[0]:
            self._begin()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._joined is not None:
            self._joined.close()

    def _begin(self) -> None:
        if len(self._data) == _ASKING:  # for TLS or GSSAPI
            self._data = b""
            self._transport.write(b"N")
        elif b"user\0" + USER + b"\0" in self._data:
            self._greeted, self._data = True, b""
            self._transport.write(_GREETING)
        else:
            self._transport.pause_reading()
            self._task = asyncio.ensure_future(self._join())

    async def _join(self) -> None:
        loop = asyncio.get_running_loop()
        made = await loop.create_connection(
            lambda: _Behind(self._transport), "127.0.0.1", self._real
        )
        self._joined = made[0]
        self._joined.write(self._data)
        self._transport.resume_reading()

    def _answer(self) -> None:
        """Answer each whole query that is there."""
        while len(self._data) >= 5:
            end = 1 + struct.unpack("!I", self._data[1:5])[0]
            if len(self._data) < end:
                return
            if self._data[:1] == b"Q":
                length = int(self._data[5 + len(b"SELECT ") : end - 1])
                row = data_row(b"%d" % time.monotonic_ns() + b" " * (length - 1))
                self._transport.write(_ROW + row + _DONE)
            self._data = self._data[end:]


class _Behind(asyncio.Protocol):
    """The real server's end of a connection."""

    def __init__(self, client: asyncio.Transport) -> None:
        self._client = client

    def data_received(self, data: bytes) -> None:
        self._client.write(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._client.close()


async def _serve(real: int) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: StandIn(real), "127.0.0.1", 0, backlog=4096)
    print(f"port {server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(int(sys.argv[1])))
