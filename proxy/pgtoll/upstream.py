"""The PostgreSQL behind the proxy: where it is, a connection for each client, cancel requests."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import psycopg
from psycopg.conninfo import conninfo_to_dict

from pgtoll.errors import ServerUnavailable
from pgtoll.wire.startup import CancelRequest

CONNECT_SECONDS = 10.0  # for one attempt to reach PostgreSQL

P = TypeVar("P", bound=asyncio.BaseProtocol)


@dataclass(frozen=True, slots=True)
class Address:
    """Where PostgreSQL listens."""

    host: str  # a name, an address, or the directory of a Unix socket
    port: int
    database: str

    @classmethod
    def reached(cls, dsn: str, info: psycopg.ConnectionInfo) -> Address:
        """Where a connection ended up: its DSN may leave much to libpq, or name several hosts.

        A name stays one: it may stand for another address later.
        """
        given = conninfo_to_dict(dsn)
        return cls(info.hostaddr if "hostaddr" in given else info.host, info.port, info.dbname)


class Upstream:
    """Opens the server's side. Bytes are written by whoever asks for it."""

    def __init__(self, address: Address) -> None:
        self._address = address

    @property
    def database(self) -> str:
        """The one that is served: its catalog is known."""
        return self._address.database

    async def connect(self, factory: Callable[[], P]) -> tuple[asyncio.Transport, P]:
        """Connect to PostgreSQL. Raises ServerUnavailable."""
        loop, address = asyncio.get_running_loop(), self._address
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                if address.host.startswith("/"):
                    path = f"{address.host}/.s.PGSQL.{address.port}"
                    return await loop.create_unix_connection(factory, path)
                made = await loop.create_connection(factory, address.host, address.port)
        except (OSError, TimeoutError) as exc:
            text = getattr(exc, "strerror", None) or str(exc) or "it does not answer"
            raise ServerUnavailable(
                f"cannot reach PostgreSQL at {address.host}:{address.port}: {text}"
            ) from exc
        made[0].get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        return made

    async def cancel(self, packet: CancelRequest) -> None:
        """Pass a CancelRequest on; PostgreSQL answers nothing, it closes.

        Raises ServerUnavailable when it cannot be reached or does not close.
        """
        closed = asyncio.Event()
        transport, _ = await self.connect(lambda: _UntilClosed(closed))
        try:
            transport.write(packet.raw)
            async with asyncio.timeout(CONNECT_SECONDS):
                await closed.wait()
        except TimeoutError as exc:
            raise ServerUnavailable("PostgreSQL is silent") from exc
        finally:
            transport.abort()


class _UntilClosed(asyncio.Protocol):
    def __init__(self, closed: asyncio.Event) -> None:
        self._closed = closed

    def connection_lost(self, exc: Exception | None) -> None:
        self._closed.set()
