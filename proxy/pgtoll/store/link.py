"""A connection to schema pgtoll that is made again when it breaks, and speaks in StoreErrors."""

import asyncio
import os
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import psycopg
from psycopg import AsyncConnection, errors
from psycopg.abc import AdaptContext, Buffer
from psycopg.adapt import Loader
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import TupleRow

from pgtoll.errors import StoreError
from pgtoll.upstream import primary
from pgtoll.upstream.primary import Timelines

# A server that vanishes without a word is given up after this many seconds, not after hours.
CONNECT_SECONDS = 10
_KEEPALIVE = {
    "connect_timeout": CONNECT_SECONDS,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}

ANSWER_SECONDS = 2.0  # for a connection to show that it still works

WRITABLE = "read-write"  # licenses are kept where they can be written

Connection = AsyncConnection[TupleRow]

_NO_TEXT = re.compile("[\udc80-\udcff]")


class _NameLoader(Loader):
    """Names of roles are shared by databases of different encodings: their bytes may be no text.

    Such a name has surrogates, as in a start-up packet that holds it.
    """

    def __init__(self, oid: int, context: AdaptContext | None = None) -> None:
        super().__init__(oid, context)
        # Each answer has a loader of its own, which reads thousands of names.
        self._encoding = self.connection.info.encoding if self.connection else "utf-8"

    def load(self, data: Buffer) -> str:
        return str(data, self._encoding, "surrogateescape")


class ShownLoader(_NameLoader):
    """For who only shows what is read: bytes that are no text become what bytea has for them."""

    def load(self, data: Buffer) -> str:
        return _NO_TEXT.sub(lambda found: f"\\{ord(found[0]) & 0xFF:o}", super().load(data))


async def connect(dsn: str, kind: str = WRITABLE, timelines: Timelines | None = None) -> Connection:
    """Return a new connection in autocommit mode. Raises StoreError.

    Of several hosts it is to the one that takes writes, whatever the clients' are to be, unless
    `kind` is another of libpq's target_session_attrs; not to one whose timeline is over.
    """
    if kind == WRITABLE:
        return (await primary.find(dsn, connect_one, timelines)).connection
    return await connect_one(dsn, kind)


async def connect_one(dsn: str, kind: str = WRITABLE) -> Connection:
    """Return a new connection to the first such server. Raises StoreError."""
    try:
        conninfo = make_conninfo("", **{**_KEEPALIVE, **conninfo_to_dict(dsn)})
        conninfo = make_conninfo(conninfo, target_session_attrs=kind)
        connection = await AsyncConnection.connect(
            conninfo, autocommit=True, application_name="pgtoll"
        )
    except psycopg.Error as exc:
        raise _unreached(exc) from exc
    try:
        connection.adapters.register_loader("name", _NameLoader)
        # To compile what reads a catalog takes longer than to read it.
        own = "SET search_path = pg_catalog, pg_temp; SET timezone = 'UTC'; SET jit = off"
        await connection.execute(own.encode())
    except psycopg.Error as exc:
        connection.pgconn.finish()
        raise _unreached(exc) from exc
    except BaseException:  # nobody waits for it any more
        connection.pgconn.finish()
        raise
    return connection


def _unreached(exc: psycopg.Error) -> StoreError:
    return StoreError(f"cannot connect to the store: {first_line(exc)}")


# Only a superuser may, and not through another pgtoll; without such rights no look-ups of anyone
# are compared either.
_UNCOUNTED = """
SELECT pg_catalog.set_config('track_counts', 'off', false)
FROM pg_catalog.pg_roles WHERE rolname = current_user AND rolsuper
"""


async def connect_uncounted(dsn: str) -> Connection:
    """Return a new connection for questions that come behind everybody's DDL. Raises StoreError.

    What their planning looks up in statistics is kept out of the server's counts: before
    PostgreSQL 16, nobody could tell it there from what a parallel worker has read (ADR 3).
    """
    connection = await connect(dsn)
    async with store_errors("connect to the store"):
        with suppress(errors.InsufficientPrivilege):
            await connection.execute(_UNCOUNTED.encode())
    return connection


@asynccontextmanager
async def store_errors(doing: str) -> AsyncIterator[None]:
    """Turn what PostgreSQL says into a StoreError that begins with what we were doing."""
    try:
        yield
    except (errors.UndefinedTable, errors.UndefinedFunction, errors.InvalidSchemaName) as exc:
        raise StoreError(
            f"cannot {doing}: schema pgtoll is missing or old, run pgtoll init --server DSN"
        ) from exc
    except errors.InsufficientPrivilege as exc:
        raise StoreError(
            f"cannot {doing}: {first_line(exc)} (license administrators are members of role "
            "pgtoll_manager)"
        ) from exc
    except psycopg.Error as exc:
        raise StoreError(f"cannot {doing}: {first_line(exc)}") from exc


def first_line(exc: BaseException) -> str:
    """Return the first line of an error's text."""
    return (str(exc).splitlines() or [type(exc).__name__])[0]


class Link:
    """One connection for many tasks: each has it for one transaction at a time."""

    def __init__(self, dsn: str, timelines: Timelines | None = None) -> None:
        self.dsn = dsn
        self._timelines = timelines or Timelines()
        self._connection: Connection | None = None
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def transaction(self, doing: str) -> AsyncIterator[Connection]:
        """Yield the connection in a transaction, which is undone by any exception.

        Raises StoreError, which says that we cannot do what `doing` names.
        """
        async with self._turn, store_errors(doing):
            connection = await self._open()
            async with connection.transaction():
                yield connection

    async def open(self) -> None:
        """Connect now rather than when first needed. Raises StoreError."""
        async with self._turn:
            await self._open()

    async def close(self) -> None:
        """Close the connection; using the link again opens another."""
        if self._connection is not None:
            await self._connection.close()

    def cut(self) -> None:
        """Break the connection, whoever waits for an answer; using the link again opens another."""
        if self._connection is not None:
            cut(self._connection)

    async def _open(self) -> Connection:
        if self._connection is None or not await answers(self._connection):
            self._connection = await connect(self.dsn, timelines=self._timelines)
        return self._connection


def cut(connection: Connection) -> None:
    """Break a connection of which nobody knows whether an answer ever comes: who waits is told now.

    To cancel the wait would take seconds: the server is asked to cancel first, and it is silent.
    """
    if not connection.closed:
        with (
            suppress(OSError, psycopg.Error),
            socket.socket(fileno=os.dup(connection.fileno())) as sock,
        ):
            sock.shutdown(socket.SHUT_RDWR)


async def answers(connection: Connection) -> bool:
    """Tell whether a connection still works; that it broke shows only when it is used."""
    asking = asyncio.ensure_future(connection.execute(""))
    try:
        await asyncio.wait({asking}, timeout=ANSWER_SECONDS)
    finally:
        if not asking.done():
            cut(connection)
    with suppress(psycopg.OperationalError):
        await asking
        return not connection.closed
    await connection.close()
    return False
