"""Read everything that a store holds, and the pins of the database that is served."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime

from pgtoll.backup.contents import Contents, DocumentChange, NamedPin, Origin, SeatChange
from pgtoll.backup.past import read_past, read_recorded
from pgtoll.errors import StoreError
from pgtoll.store.archive import read_documents
from pgtoll.store.instance import read_instance
from pgtoll.store.link import Connection, connect, store_errors
from pgtoll.store.seats import read_seats

_CHANGES = """
SELECT h.at, h.act, h.kind, h.code, h.product, h.serial, h.done_by,
  CASE WHEN h.change IS NOT NULL AND count(*) FILTER (WHERE h.act = 'delete') OVER same > 0
    AND count(*) FILTER (WHERE h.act = 'upload') OVER same > 0 THEN dense_rank() OVER changes END
FROM pgtoll.document_history h
WINDOW same AS (PARTITION BY h.change), changes AS (ORDER BY h.change)
ORDER BY h.id
"""
_SEAT_CHANGES = """
SELECT at, act, product, username, done_by FROM pgtoll.seat_history ORDER BY id
"""
_PINS = """
SELECT n.nspname, c.relname, c.relkind::text, c.oid::int8, p.code
FROM pgtoll.pin x JOIN pgtoll.product p ON p.id = x.product
JOIN pg_catalog.pg_class c ON c.oid = x.relation
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relpersistence <> 't' ORDER BY 1, 2, 5
"""
_CLOCK = "SELECT highest FROM pgtoll.clock WHERE highest <> '-infinity'"


async def export_store(
    store: str,
    served: str,
    now: datetime,
    *,
    refusals: bool = False,
    tell: Callable[[str], None] = lambda _: None,
) -> Contents:
    """Return all that is held, of one moment; `refusals` also what was refused. Raises StoreError.

    `tell` is told what is being read.
    """
    connection = await connect_for_texts(store)
    try:
        async with text_errors("read the store"), connection.transaction():
            await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            tell("reading documents and seats")
            contents = await read_store(connection, now)
            tell("reading figures of days and the audit")
            contents = await read_past(connection, contents, refusals=refusals)
            if store == served:
                return replace(contents, pins=await read_named_pins(connection))
    finally:
        await connection.close()
    tell("reading pins")
    return replace(contents, pins=await _pins_of(served))


async def connect_for_texts(dsn: str) -> Connection:
    """Return a connection that takes any text: the server says what its database cannot hold."""
    connection = await connect(dsn)
    async with store_errors("connect to the store"):
        await connection.execute("SET client_encoding = 'UTF8'")
    return connection


@asynccontextmanager
async def text_errors(doing: str) -> AsyncIterator[None]:
    """Turn what PostgreSQL says, or a text that is none, into a StoreError."""
    async with store_errors(doing):
        try:
            yield
        except UnicodeError as exc:
            raise StoreError(f"cannot {doing}: a text in the database is not UTF-8") from exc


async def read_store(connection: Connection, now: datetime) -> Contents:
    """Return what the store holds, without pins and without what is only remembered."""
    changes = await (await connection.execute(_CHANGES.encode())).fetchall()
    moves = await (await connection.execute(_SEAT_CHANGES.encode())).fetchall()
    mark = await (await connection.execute(_CLOCK)).fetchone()
    return Contents(
        origin=Origin(
            exported=now,
            database=connection.info.dbname,
            instance=await read_instance(connection),
            clock=mark[0] if mark else None,
            recorded=await read_recorded(connection),
        ),
        documents=tuple(await read_documents(connection)),
        document_changes=tuple(DocumentChange(*row) for row in changes),
        seats=tuple(await read_seats(connection)),
        seat_changes=tuple(SeatChange(*row) for row in moves),
    )


async def read_named_pins(connection: Connection) -> tuple[NamedPin, ...]:
    """Return the relations whose product is settled, by name; temporary ones end by themselves."""
    rows = await (await connection.execute(_PINS.encode())).fetchall()
    return tuple(NamedPin(*row) for row in rows)


async def _pins_of(served: str) -> tuple[NamedPin, ...]:
    connection = await connect(served)
    try:
        async with store_errors("read pins"):
            return await read_named_pins(connection)
    finally:
        await connection.close()
