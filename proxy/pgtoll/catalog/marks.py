"""Whether the catalog is still what a picture of it shows: DDL is counted where all see it at once.

Statements of users who lack something are proven by a picture, and run later. A mark tells how
far the count of DDL was before the picture was taken (schema/0016_steady.sql). Whoever holds it can
have it asked, in the client's transaction or beside it, whether DDL has come into force since.
"""

import asyncio
import contextlib
import logging
from dataclasses import dataclass

import psycopg
from psycopg import errors
from psycopg.rows import TupleRow

from pgtoll.errors import StoreError
from pgtoll.store.link import connect_uncounted, cut, first_line

Connection = psycopg.AsyncConnection[TupleRow]

log = logging.getLogger("pgtoll.marks")

# A mark that so much DDL has come behind says nothing any more (pgtoll.steady has the same number),
# and rows twice as old are forgotten: no mark of use misses one.
MOST_BEHIND = 5000
# A client waits for the answer: if there is none, what it concerns counts as not confirmed.
ANSWER_SECONDS = 5.0

# Where somebody may fail to be noticed, the count says nothing.
_COUNTED = """
SELECT s.last_value FROM pgtoll.ddl_count s
WHERE 2 = (SELECT pg_catalog.count(*) FROM pg_catalog.pg_event_trigger t
  WHERE t.evtname IN ('pgtoll_ddl_end', 'pgtoll_sql_drop') AND t.evtenabled IN ('O', 'A'))
"""
# Who has moved the count and is not done yet: the lower half of their transactions' numbers, the
# first of each for subtransactions have some of their own; and a number that is near them.
_RUNNING = """
SELECT
  pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())::pg_catalog.text::pg_catalog.int8,
  c.virtualtransaction,
  pg_catalog.array_agg(t.transactionid::pg_catalog.text::pg_catalog.int8)
FROM (SELECT DISTINCT virtualtransaction FROM pg_catalog.pg_locks
  WHERE relation = 'pgtoll.ddl_count'::pg_catalog.regclass AND mode = 'RowExclusiveLock') c
LEFT JOIN pg_catalog.pg_locks t ON t.virtualtransaction = c.virtualtransaction
  AND t.locktype = 'transactionid' AND t.mode = 'ExclusiveLock'
GROUP BY c.virtualtransaction
"""
_ATTEMPTS = 3
_FORGET = """
DELETE FROM pgtoll.ddl WHERE counted < (SELECT last_value - %s FROM pgtoll.ddl_count)
"""
_ASKED = """
SELECT s.last_value,
  coalesce((SELECT pg_catalog.max(d.counted) FROM pgtoll.ddl d), 0::pg_catalog.int8),
  pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())::pg_catalog.text::pg_catalog.int8,
  ARRAY(
    SELECT x::pg_catalog.text::pg_catalog.int8
    FROM pg_catalog.pg_snapshot_xip(pg_catalog.pg_current_snapshot()) x)
FROM pgtoll.ddl_count s
"""


@dataclass(frozen=True, slots=True)
class Mark:
    """How far DDL was: what came into force later is counted from there, or is in `running`."""

    counted: int
    running: frozenset[int] = frozenset()  # transactions that were changing the catalog


UNKNOWN = Mark(-(1 << 40))  # never holds


def steady_text(mark: Mark, asked: str, *, final: bool, strict: bool) -> bytes:
    """The statement that has the account in `asked` looked at if a mark does not hold any more.

    With `strict`, code in this database may reach what is lacked where no account shows it.
    """
    running = ",".join(map(str, sorted(mark.running)))
    how = f"{str(final).lower()},{str(strict).lower()}"
    return (
        f"SELECT COALESCE(pgtoll.steady({mark.counted},ARRAY[{running}]::bigint[]),"
        f"pgtoll.unsteady({asked},{how}))"
    ).encode()


def still_steady(mark: object) -> bytes:
    """An expression of SQL: whether a mark still holds; without one nobody can tell."""
    if not isinstance(mark, Mark):
        return b"true"
    running = ",".join(map(str, sorted(mark.running)))
    return f"pgtoll.steady({mark.counted},ARRAY[{running}]::bigint[]) IS NOT NULL".encode()


def mistrust_text(steady: bytes, full: bytes, asked: str, *, final: bool) -> bytes:
    """The statement that has the account looked at by `full`, and fails if a mark does not hold."""
    unsteady = f"pgtoll.unsteady({asked},{str(final).lower()},true)".encode()
    whole = full.removeprefix(b"SELECT ")
    return b"SELECT CASE WHEN " + steady + b" THEN " + whole + b" ELSE " + unsteady + b" END"


@dataclass(frozen=True, slots=True)
class Answer:
    """How far DDL is now."""

    counted: int  # what has come into force and what has not
    in_force: int  # the last of it that has
    running: frozenset[int]  # the transactions in progress before `first`
    first: int  # no transaction from this one on has ended

    def confirms(self, mark: Mark) -> bool:
        """Whether nothing has come into force since a mark was taken."""
        near = self.counted - mark.counted <= MOST_BEHIND
        run = all(one >= self.first or one in self.running for one in mark.running)
        return near and run and self.in_force <= mark.counted


async def forget_old(connection: Connection) -> None:
    """Forget what no mark asks about any more."""
    await connection.execute(_FORGET.encode(), [2 * MOST_BEHIND])


async def take_mark(connection: Connection) -> Mark | None:
    """Return how far DDL is; None where nobody counts it.

    What is read of the catalog afterwards shows all DDL up to the mark. The connection must not be
    in a transaction.
    """
    for _ in range(_ATTEMPTS):
        # One after the other: whoever has moved the count so far is among the running, or done.
        row = await (await connection.execute(_COUNTED.encode())).fetchone()
        if row is None:
            return None
        try:
            running = await _running(connection)
        except (errors.InsufficientPrivilege, errors.UndefinedTable):
            return None  # who is changing the catalog is not shown here
        if running is not None:
            return Mark(row[0], running)
    return UNKNOWN


async def _running(connection: Connection) -> frozenset[int] | None:
    """Return who is changing the catalog; None when somebody has ended while we looked."""
    cursor = await connection.execute(_RUNNING.encode())
    found = await cursor.fetchall()
    if any(None in halves for *_, halves in found):
        return None
    return frozenset(min(_whole(half, near) for half in halves) for near, _, halves in found)


def _whole(half: int, near: int) -> int:
    """The number of a transaction whose lower half is known, by another not far from it."""
    distance = (half - near) % (1 << 32)
    return near + distance - (distance >> 31 << 32)


class Confirming:
    """Answers, beside all clients, whether their marks still hold. Any number is one question."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._connection: Connection | None = None
        self._waiting: list[tuple[Mark, asyncio.Future[bool]]] = []
        self._turn = asyncio.Lock()

    async def holds(self, mark: Mark) -> bool:
        """Whether all DDL that is in force now was when the mark was taken. False when in doubt."""
        answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((mark, answer))
        async with self._turn:
            if not answer.done():
                await self._answer()
        return await answer

    async def counted(self) -> int | None:
        """Return how far DDL is by now; None when nobody can tell."""
        with contextlib.suppress(psycopg.Error, StoreError):
            async with self._turn:
                return (await self._ask()).counted
        return None

    def cut(self) -> None:
        """Break the connection, whoever waits for an answer."""
        if self._connection is not None:
            cut(self._connection)

    async def close(self) -> None:
        """Let go of the server."""
        if self._connection is not None:
            await self._connection.close()

    async def _answer(self) -> None:
        """Ask once for all who wait: their bytes had all arrived before."""
        waiting, self._waiting = self._waiting, []
        held: list[bool] = [False] * len(waiting)
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                answer = await self._ask()
            held = [answer.confirms(mark) for mark, _ in waiting]
        except (psycopg.Error, StoreError, TimeoutError) as exc:
            log.warning("whether the catalog has changed could not be asked: %s", first_line(exc))
            await self.close()
            self._connection = None
        finally:
            for (_, asked), one in zip(waiting, held, strict=True):
                if not asked.done():  # its client has gone
                    asked.set_result(one)

    async def _ask(self) -> Answer:
        if self._connection is None or self._connection.broken:
            self._connection = await connect_uncounted(self._dsn)
        row = await (await self._connection.execute(_ASKED.encode())).fetchone()
        if row is None:
            raise StoreError("the count of DDL is gone")
        return Answer(row[0], row[1], frozenset(row[3]), row[2])
