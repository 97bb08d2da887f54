"""The one server that takes writes, among those that a connection string names.

After a failover two may say that they are it: the old one, cut off from the others, does not know
better. Its timeline does: every promotion begins a new one, with a higher number. So all are
asked at once, which also keeps one that is silent from holding up the others.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass

import psycopg
from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from pgtoll.errors import StoreError
from pgtoll.upstream.hosts import each_of

Connection = AsyncConnection[TupleRow]
ConnectOne = Callable[[str], Awaitable[Connection]]  # raises StoreError

# What others are given to answer when one has, in seconds.
OTHERS_SECONDS = 0.2
# The first eight digits of such a name are the timeline's number. Not every server of the kind has
# files like that; where it is not known it is 0, and nothing is compared.
_TIMELINE = "SELECT pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn())"


@dataclass(slots=True)
class Timelines:
    """The highest number of a timeline that has been seen."""

    highest: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """A connection to a server that takes writes, and its timeline; 0: nobody knows."""

    connection: Connection
    timeline: int


async def find(dsn: str, connect: ConnectOne, timelines: Timelines | None = None) -> Found:
    """Return a connection to the server of the highest timeline that takes writes.

    `connect` is handed connection strings with one host each. Raises StoreError, also when a
    higher timeline has been seen before.
    """
    found = await _best(each_of(dsn), connect)
    timelines = timelines or Timelines()
    if 0 < found.timeline < timelines.highest:
        where = f"{found.connection.info.host}:{found.connection.info.port}"
        await _close(found.connection)
        raise StoreError(
            f"cannot connect to the store: the server at {where} is primary of timeline "
            f"{found.timeline}, and one of timeline {timelines.highest} has taken its place: "
            "stop the old one, or restart the proxy if it is meant"
        )
    timelines.highest = max(timelines.highest, found.timeline)
    return found


async def _best(each: list[str], connect: ConnectOne) -> Found:
    if len(each) == 1:
        return await _one(each[0], connect)
    tasks = [asyncio.ensure_future(_one(dsn, connect)) for dsn in each]
    try:
        waiting: set[asyncio.Task[Found]] = set(tasks)
        while waiting and not _made(tasks):
            _, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        if waiting:
            await asyncio.wait(waiting, timeout=OTHERS_SECONDS)
        made = _made(tasks)
    except BaseException:
        for task in tasks:
            abandon(task)
        raise
    if not made:
        reasons = dict.fromkeys(str(task.exception()) for task in tasks)
        raise StoreError("; ".join(reasons))
    best = max(made, key=lambda task: task.result().timeline)  # of equals the first that is named
    for task in tasks:
        if task is not best:
            abandon(task)
    return best.result()


def _made(tasks: Iterable[asyncio.Task[Found]]) -> list[asyncio.Task[Found]]:
    return [task for task in tasks if task.done() and not task.exception()]


async def _one(dsn: str, connect: ConnectOne) -> Found:
    connection = await connect(dsn)
    try:
        row = await (await connection.execute(_TIMELINE.encode())).fetchone()
    except psycopg.OperationalError as exc:
        await _close(connection)
        raise StoreError(f"cannot connect to the store: {str(exc).splitlines()[0]}") from exc
    except psycopg.Error:
        return Found(connection, 0)
    return Found(connection, int(row[0][:8], 16) if row else 0)


def abandon(task: asyncio.Task[Found]) -> None:
    """Let a connection that is being made, or has been, not stay."""
    task.cancel()
    task.add_done_callback(_dispose)


def _dispose(task: asyncio.Task[Found]) -> None:
    if not task.cancelled() and not task.exception():
        task.result().connection.pgconn.finish()


async def _close(connection: Connection) -> None:
    with suppress(psycopg.Error):
        await connection.close()
