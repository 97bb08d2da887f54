"""What tells whether the catalog has changed, and where: which transaction wrote each row of it."""

from collections.abc import Mapping
from dataclasses import dataclass

import psycopg
from psycopg.rows import TupleRow

from pgtoll.catalog import fingerprint_queries as sql
from pgtoll.catalog.queries import HAS_PINS
from pgtoll.engine.older import as_spoken

Connection = psycopg.AsyncConnection[TupleRow]
Sums = tuple[int, int | None, int | None]  # how many rows, and of what; nothing has no sum

# To plan what reads a catalog takes as long as to read it: that is done once on a connection, not
# five times before the server tries a plan for all arguments.
_SETTINGS = """
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;
SET LOCAL search_path = '';
SET LOCAL plan_cache_mode = force_generic_plan
"""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A catalog that has another one may be another; a catalog with the same is the same."""

    code: Mapping[str, Sums]  # by PostgreSQL's table
    blocks: Mapping[int, Sums]  # of what is said of relations, by block of their ids
    glance: str  # of what no event trigger tells: roles, event triggers, pins

    def same_operators(self, other: "Fingerprint") -> bool:
        """Whether operators stand for the same functions, and languages are the same."""
        return all(self.code[one] == other.code[one] for one in ("pg_operator", "pg_language"))


async def settle(connection: Connection) -> None:
    """Make a transaction that has just begun one that reads a catalog, all of one moment."""
    await connection.execute(_SETTINGS.encode(), prepare=False)  # several statements


async def fingerprint_of(connection: Connection) -> Fingerprint:
    """Return the fingerprint, in a transaction that has been settled."""
    code = {row[0]: row[1:] for row in await _all(connection, sql.CODE_FINGERPRINT)}
    blocks = {row[0]: row[1:] for row in await _all(connection, sql.BLOCKS)}
    return Fingerprint(code, blocks, await glance_at(connection))


async def glance_at(connection: Connection) -> str:
    """Return the part of it that tells of what no event trigger does."""
    pinned = await value_of(connection, HAS_PINS)
    pins = await value_of(connection, sql.PINS_FINGERPRINT) if pinned else ""
    roles = await value_of(connection, sql.DISCREET_FINGERPRINT)
    triggers = await _all(connection, sql.EVENT_TRIGGERS_FINGERPRINT)
    return f"{roles} {pins} {triggers}"


async def value_of(connection: Connection, query: str) -> object:
    """Return the one value that a query gives."""
    asked = as_spoken(query, connection.info.server_version)
    row = await (await connection.execute(asked.encode(), prepare=True)).fetchone()
    return row[0] if row else None


async def _all(connection: Connection, query: str) -> list[TupleRow]:
    asked = as_spoken(query, connection.info.server_version)
    return await (await connection.execute(asked.encode(), prepare=True)).fetchall()
