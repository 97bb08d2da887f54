"""Which of several servers are primaries and which are standbys, as a connection of ours finds.

A client's own connection cannot be asked: its password is good for one server at a time.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from dataclasses import dataclass

import psycopg
from psycopg.conninfo import make_conninfo

from pgtoll.errors import StoreError
from pgtoll.store.link import connect, first_line
from pgtoll.upstream.hosts import Place, State

log = logging.getLogger("pgtoll.probing")

BELIEVED_SECONDS = 1.0  # that an answer is good for
GONE_SECONDS = 5.0  # before somebody tries again what did not answer
_STATE = (
    "SELECT pg_catalog.pg_is_in_recovery(),"
    " pg_catalog.current_setting('default_transaction_read_only')::boolean"
)


@dataclass(frozen=True, slots=True)
class _Answer:
    state: State | None  # None: it takes no connections
    at: float  # the event loop's time


class Probing:
    """Asks servers what they are, each no more often than is useful."""

    def __init__(self, dsn: str, seconds: float) -> None:
        """`seconds` are for one attempt."""
        self._dsn = dsn
        self._seconds = seconds
        self._known: dict[Place, _Answer] = {}
        self._turns: defaultdict[Place, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def state(self, place: Place, *, again: bool = False) -> State | None:
        """Return what a server is, None when it takes no connections; `again` asks in any case.

        Of those who would wait for one that did not answer before, only the first does.
        """
        asked = asyncio.get_running_loop().time()
        turn = self._turns[place]
        known = self._known.get(place)
        if known and not again and (_holds(known, asked) or (turn.locked() and not known.state)):
            return known.state
        async with turn:
            known = self._known.get(place)
            if known is None or (known.at < asked if again else not _holds(known, asked)):
                known = await self._ask(place)
                self._known[place] = known
        return known.state

    def forget(self, place: Place) -> None:
        """Believe no more what was known of a server."""
        self._known.pop(place, None)

    async def _ask(self, place: Place) -> _Answer:
        dsn = make_conninfo(
            self._dsn,
            host=place.name,
            hostaddr="" if place.path else place.address,
            port=place.port,
            connect_timeout=int(self._seconds),
        )
        state = None
        try:
            async with asyncio.timeout(self._seconds):
                state = await _state(dsn)
        except (StoreError, psycopg.Error, TimeoutError) as exc:
            log.warning("the server at %s takes no connections: %s", place, first_line(exc))
        return _Answer(state, asyncio.get_running_loop().time())


async def _state(dsn: str) -> State:
    async with await connect(dsn, "any") as connection:
        ((standby, read_only),) = await (await connection.execute(_STATE.encode())).fetchall()
        return State(bool(standby), bool(read_only))


def _holds(known: _Answer, now: float) -> bool:
    return now - known.at < (BELIEVED_SECONDS if known.state else GONE_SECONDS)
