"""PostgreSQL's catalog -> the rows that the policy's picture of it is built from."""

from collections.abc import Callable, Iterable
from typing import TypeVar

import psycopg
from psycopg.rows import TupleRow

from pgtoll import catalog_sql as sql
from pgtoll_policy.functions import HARMLESS, PROBES
from pgtoll_policy.rows import (
    Anywhere,
    Attachment,
    BuiltinRow,
    CatalogRows,
    EncodingRow,
    ForeignKey,
    FunctionRow,
    IndexRow,
    OperatorRow,
    Pair,
    PinRow,
    RelationRow,
    TypeRow,
)
from pgtoll_policy.system_relations import HARMLESS_RELATIONS

Connection = psycopg.AsyncConnection[TupleRow]
T = TypeVar("T")


def _array(names: Iterable[str]) -> str:
    """Return names as PostgreSQL writes an array of them; these are plain words."""
    return f"{{{','.join(sorted(names))}}}"


# To plan what reads a catalog takes as long as to read it: that is done once on a connection, not
# five times before the server tries a plan for all arguments. The arguments are always the same.
_SETTINGS = """
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;
SET LOCAL search_path = '';
SET LOCAL plan_cache_mode = force_generic_plan
"""
# As texts: a list would be taken apart anew for each of the queries that need it.
_LISTS = {
    "harmless_functions": _array(HARMLESS - PROBES),
    "harmless_relations": _array(HARMLESS_RELATIONS),
}


async def load_rows(connection: Connection) -> CatalogRows:
    """Return the catalog of the connection's database, all of one moment.

    The connection must not be in a transaction, and must be allowed to read the pins.
    """
    async with connection.transaction():
        await _settle(connection)

        async def rows(make: Callable[..., T], query: str) -> tuple[T, ...]:
            cursor = await connection.execute(query.encode(), _LISTS, prepare=True)
            return tuple([make(*row) for row in await cursor.fetchall()])

        return CatalogRows(
            relations=await rows(RelationRow, sql.RELATIONS),
            inheritance=await rows(_pair, sql.INHERITANCE),
            views=await rows(_pair, sql.VIEWS),
            rules=await rows(_pair, sql.RULES),
            policies=await rows(_pair, sql.POLICIES),
            owned=await rows(_pair, sql.OWNED),
            used=await rows(_pair, sql.USED),
            keys=await rows(ForeignKey, sql.KEYS),
            functions=await rows(FunctionRow, sql.FUNCTIONS),
            builtins=await rows(BuiltinRow, sql.BUILTINS),
            attached=await rows(Attachment, sql.ATTACHED),
            calls=await rows(_pair, sql.CALLS),
            looks=await rows(_pair, sql.LOOKS),
            transitions=await rows(str, sql.TRANSITIONS),
            indexes=await rows(IndexRow, sql.INDEXES),
            operators=await rows(OperatorRow, sql.OPERATORS),
            types=await rows(TypeRow, sql.TYPES),
            anywhere=await rows(Anywhere, sql.ANYWHERE),
            event_triggers=await rows(int, sql.EVENT_TRIGGERS),
            deferred=await rows(int, sql.DEFERRED),
            discreet=await rows(str, sql.DISCREET),
            pins=await rows(PinRow, sql.PINS) if await _value(connection, sql.HAS_PINS) else (),
            encoding=(await rows(EncodingRow, sql.ENCODING))[0],
        )


async def fingerprint(connection: Connection) -> str:
    """Return a value that changes whenever what `load_rows` returns does.

    It reads no query, no expression and no body, only which transaction wrote each row.
    """
    async with connection.transaction():
        await _settle(connection)
        pinned = await _value(connection, sql.HAS_PINS)
        pins = await _value(connection, sql.PINS_FINGERPRINT) if pinned else ""
        roles = await _value(connection, sql.DISCREET_FINGERPRINT)
        return f"{await _value(connection, sql.FINGERPRINT)} {roles} {pins}"


async def _settle(connection: Connection) -> None:
    await connection.execute(_SETTINGS.encode(), prepare=False)  # several statements


async def _value(connection: Connection, query: str) -> object:
    """Return the one value that a query gives."""
    row = await (await connection.execute(query.encode(), prepare=True)).fetchone()
    return row[0] if row else None


def _pair(left: int, right: int) -> Pair:
    return left, right
