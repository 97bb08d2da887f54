"""The audit in the store does not grow for ever: what is too old is deleted, a few at a time.

What was refused is deleted when it is among the figures of its day, and not before. By whose clock
it is older is decided in favour of keeping it: the proxy's and the server's both have to say so.
"""

import asyncio
from datetime import date, datetime, timedelta

from pgtoll.config import Config
from pgtoll.office.links import Links

AT_ONCE = 1_000  # records in a transaction: nobody waits for one
MOST = 200_000  # in one go; the rest is for the next time
PAUSE_SECONDS = 0.05  # between two transactions

LATE = 2  # days over which a record of a refusal may come late

_TURN = "SELECT pg_try_advisory_xact_lock(8097831)"  # any number of our own
_REFUSALS = """
    DELETE FROM pgtoll.refusal WHERE id IN (
      SELECT id FROM pgtoll.refusal
      WHERE at < least(%(before)s, clock_timestamp() - %(kept)s)
        AND at < (SELECT max(day) - %(late)s::int FROM pgtoll.day)
      ORDER BY at LIMIT %(most)s FOR UPDATE SKIP LOCKED)
"""
_EVENTS = """
    DELETE FROM pgtoll.event WHERE id IN (
      SELECT id FROM pgtoll.event WHERE at < least(%(before)s, clock_timestamp() - %(kept)s)
      ORDER BY at LIMIT %(most)s FOR UPDATE SKIP LOCKED)
"""


class Retention:
    """Deletes what is too old, once a day, unless another proxy is at it."""

    def __init__(self) -> None:
        self._done: date | None = None  # the last day on which nothing was left to be deleted

    async def keep(self, config: Config, now: datetime) -> int:
        """Delete what is too old, and return how many records that were. Raises StoreError."""
        if not config.audit.days or self._done == now.date():
            return 0
        store, deleted = Links(config.store.dsn, 1), 0
        try:
            for sql in (_REFUSALS, _EVENTS):
                deleted += await _delete(store, sql, now, timedelta(days=config.audit.days))
        finally:
            await store.close()
        if deleted < MOST:
            self._done = now.date()
        return deleted


async def _delete(store: Links, sql: str, now: datetime, kept: timedelta) -> int:
    """Delete what a statement finds, part by part, and return how many records that were."""
    asked = {"before": now - kept, "kept": kept, "late": LATE, "most": AT_ONCE}
    deleted = 0
    while deleted < MOST:
        async with store.transaction("delete what the audit need not keep") as connection:
            ((turn,),) = await (await connection.execute(_TURN)).fetchall()
            if not turn:  # somebody else is at it
                break
            cursor = await connection.execute(sql.encode(), asked)
        deleted += cursor.rowcount
        if cursor.rowcount < AT_ONCE:
            break
        await asyncio.sleep(PAUSE_SECONDS)
    return deleted
