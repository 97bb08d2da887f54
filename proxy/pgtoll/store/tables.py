"""Tables of ours that hold what was worked out elsewhere: how they get the rows that are wanted."""

from collections.abc import Collection
from typing import TypeVar

from pgtoll.store.link import Connection

Row = TypeVar("Row", bound=tuple[object, ...])


async def replace_rows(
    connection: Connection, table: str, columns: str, wanted: Collection[Row]
) -> None:
    """Make the rows of a table those that are wanted. Table and columns are our own text.

    Writes nothing that is there already; of several at once, one works and the others wait.
    """
    rows = frozenset(wanted)
    if await _rows(connection, table, columns) == rows:
        return
    await connection.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE".encode())
    there = await _rows(connection, table, columns)
    places = ", ".join(["%s"] * (columns.count(",") + 1))
    async with connection.cursor() as cursor:
        await cursor.executemany(
            f"DELETE FROM {table} WHERE ({columns}) = ({places})".encode(),  # noqa: S608
            list(there - rows),
        )
        await cursor.executemany(
            f"INSERT INTO {table} ({columns}) VALUES ({places})".encode(),  # noqa: S608
            list(rows - there),
        )


async def _rows(connection: Connection, table: str, columns: str) -> set[tuple[object, ...]]:
    cursor = await connection.execute(f"SELECT {columns} FROM {table}".encode())  # noqa: S608
    return set(await cursor.fetchall())
