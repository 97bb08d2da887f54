"""Hear from PostgreSQL, within moments, that documents, seats or the catalog have changed.

Who only listens cannot tell silence from a network that is cut, or a server that hangs; and a
connection that was cut off for some time sends again what it owes only after as long again. So it
is asked, twice a second, and when it does not answer others are tried beside it: when the network
is back, the first of them is there at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable
from typing import NamedTuple
from uuid import UUID

import psycopg
from psycopg.pq.misc import PGnotify

from pgtoll.errors import StoreError
from pgtoll.store.link import Connection, cut, first_line
from pgtoll.upstream.primary import Found, abandon

log = logging.getLogger("pgtoll.channel")

POLICY = "policy"
CATALOG = "catalog"
RECORDING = "recording"  # has begun, or ended

FIRST_WAIT = 0.1  # seconds before connecting again; each failure doubles it
LOOK_EVERY = 1.0  # seconds between looks, where nobody tells

# Which transactions wrote what proxies would be told of: of the policy, and of pins.
_WRITTEN = """
SELECT pg_catalog.concat(
    (SELECT pg_catalog.concat(pg_catalog.count(*), ' ', pg_catalog.sum(
      pg_catalog.hashint8extended(d.xmin::pg_catalog.text::pg_catalog.int8, d.id)))
      FROM pgtoll.document d), ' ',
    (SELECT pg_catalog.concat(pg_catalog.count(*), ' ', pg_catalog.sum(
      pg_catalog.hashtextextended(pg_catalog.concat(s.product, ' ', s.username),
        s.xmin::pg_catalog.text::pg_catalog.int8)))
      FROM pgtoll.seat s)),
  (SELECT pg_catalog.concat(pg_catalog.count(*), ' ', pg_catalog.sum(
    pg_catalog.hashint8extended(p.xmin::pg_catalog.text::pg_catalog.int8, p.relation::int8)))
    FROM pgtoll.pin p)
"""

LONGEST_WAIT = 0.5  # it is others' time that passes while nobody hears of a change
BEAT_SECONDS = 0.5  # between one question and the next
BESIDE_SECONDS = 1.0  # without an answer, before others are tried beside
ATTEMPT_SECONDS = 0.25  # between one of them and the next
MOST_ATTEMPTS = 12  # at once
LOST_SECONDS = 3.0  # without an answer, before that is told
CLOSE_SECONDS = 1.0  # for who waits on a connection to notice that it is broken

_BEAT = """
SELECT (SELECT c.mark FROM pgtoll.policy_change c ORDER BY c.number DESC LIMIT 1),
  EXISTS (SELECT FROM pgtoll.policy_lost l WHERE l.accepted_at IS NULL
    AND NOT EXISTS (SELECT FROM pgtoll.policy_change c WHERE c.mark = l.mark)),
  pg_catalog.current_setting('transaction_read_only')::boolean
"""

Answer = tuple[object, ...] | None
Answering = asyncio.Task[Answer]
Connect = Callable[[], Awaitable[Found]]  # raises StoreError


class Beat(NamedTuple):
    """What the store says of itself twice a second."""

    asked: float  # when, by time.monotonic
    newest: UUID | None  # the mark of the last change of what is licensed
    lost: bool  # whether it has lost some


class Listening(NamedTuple):
    """Who is told what."""

    heard: Callable[[str], None]  # the payload of each notification
    lost: Callable[[], None]  # none can come now
    beat: Callable[[Beat], None]
    replaced: Callable[[], None]  # nothing came for so long that other connections may hang, too
    timeline: Callable[[], int]  # the highest that has been seen
    told: bool = True  # by notifications; else what they would tell is looked for


async def listen(connect: Connect, listening: Listening) -> None:
    """Listen forever, on one connection after the other.

    After each connection everything is reported as changed: nobody knows what was missed.
    """
    wait = FIRST_WAIT
    found: Found | None = None
    while True:
        if found is None:
            try:
                found = await connect()
            except StoreError as exc:
                log.warning("%s", exc)
                listening.lost()
                await asyncio.sleep(wait)
                wait = min(2 * wait, LONGEST_WAIT)
                continue
        wait = FIRST_WAIT
        found = await _hear(found, connect, listening)
        if found is None:
            listening.lost()
            await asyncio.sleep(wait)


async def _hear(found: Found, connect: Connect, listening: Listening) -> Found | None:
    """Report what is heard on one connection until it breaks; return what has taken its place."""
    hearing = _Hearing(found.connection, listening)
    try:
        if listening.told and (other := await hearing.ask("LISTEN pgtoll", connect)):
            return other
        written: Answer = None
        for payload in (POLICY, CATALOG, RECORDING):
            listening.heard(payload)
        while True:
            asked = time.monotonic()
            if other := await hearing.ask(_BEAT, connect):
                return other
            if 0 < found.timeline < listening.timeline():
                listening.replaced()
                raise StoreError("another server has taken its place")
            listening.beat(_read(asked, hearing.answer))
            if not listening.told:
                if other := await hearing.ask(_WRITTEN, connect):
                    return other
                for payload in _differing(written, hearing.answer):
                    listening.heard(payload)
                written = hearing.answer
            await hearing.listen(asked + BEAT_SECONDS)
    except (psycopg.Error, StoreError) as exc:
        log.warning("the store's notifications were interrupted: %s", first_line(exc))
    finally:
        await hearing.close()
    return None


class _Hearing:
    """One connection that listens, and is asked things in between."""

    def __init__(self, connection: Connection, listening: Listening) -> None:
        self._connection = connection
        self._listening = listening
        self._asking: Answering | None = None
        self.answer: Answer = None  # to the last question
        # For what comes while a question is answered.
        connection.pgconn.notify_handler = self._notified

    def _notified(self, notification: PGnotify) -> None:
        self._listening.heard(notification.extra.decode(errors="replace"))  # anybody may NOTIFY

    async def ask(self, question: str, connect: Connect) -> Found | None:
        """Wait for the answer to a question; return another connection if one is there before.

        Raises psycopg.Error.
        """
        began = time.monotonic()
        self._asking = asyncio.ensure_future(_answer(self._connection, question))
        if other := await _overtaking(self._asking, connect, self._listening.lost):
            log.warning("the store was silent for %.1f s", time.monotonic() - began)
            self._listening.replaced()
            return other
        self.answer = self._asking.result()
        return None

    async def listen(self, until: float) -> None:
        """Report what comes until some time, by time.monotonic. Raises psycopg.Error."""
        while (left := until - time.monotonic()) > 0:
            if await _is_readable(self._connection, left):
                self._connection.pgconn.consume_input()
            while notification := self._connection.pgconn.notifies():
                self._notified(notification)

    async def close(self) -> None:
        if self._asking is not None and not self._asking.done():
            cut(self._connection)  # it is waited for no more, and would hold up the end
            await asyncio.wait({self._asking}, timeout=CLOSE_SECONDS)
        if self._asking is not None and self._asking.done() and not self._asking.cancelled():
            self._asking.exception()  # nobody else asks for it
        with contextlib.suppress(psycopg.Error):
            await self._connection.close()


async def _answer(connection: Connection, question: str) -> Answer:
    cursor = await connection.execute(question.encode())
    return await cursor.fetchone() if cursor.description else None


def _read(asked: float, answer: Answer) -> Beat:
    """Raises StoreError when the store takes no writes any more."""
    newest, lost, read_only = answer or (None, False, True)
    if read_only:
        raise StoreError("the store takes no writes any more")
    return Beat(asked, newest if isinstance(newest, UUID) else None, bool(lost))


async def _overtaking(
    asking: Answering, connect: Connect, lost: Callable[[], None]
) -> Found | None:
    """Return another connection if one is there before the answer, None if the answer comes first.

    An answer that comes late is as good as one that comes at once: the server may be busy.
    """
    began = time.monotonic()
    await asyncio.wait({asking}, timeout=BESIDE_SECONDS)
    attempts: set[asyncio.Task[Found]] = set()
    told = False
    try:
        while not asking.done():
            now = time.monotonic()
            if len(attempts) < MOST_ATTEMPTS:
                attempts.add(asyncio.ensure_future(_attempt(connect)))
            if not told and now - began >= LOST_SECONDS:
                told = True
                lost()
            if made := await _first(attempts, asking, now + ATTEMPT_SECONDS):
                return made
    finally:
        for one in attempts:
            abandon(one)
    return None


async def _first(
    attempts: set[asyncio.Task[Found]], asking: Answering, until: float
) -> Found | None:
    """Return the first connection that is made until some time, unless the answer is there."""
    while not asking.done() and (left := until - time.monotonic()) > 0:
        await asyncio.wait({asking, *attempts}, timeout=left, return_when=asyncio.FIRST_COMPLETED)
        for one in [one for one in attempts if one.done()]:
            attempts.discard(one)
            if not _failed(one):
                return one.result()
    return None


async def _attempt(connect: Connect) -> Found:
    return await connect()


def _failed(attempt: asyncio.Task[Found]) -> bool:
    return attempt.cancelled() or attempt.exception() is not None


def _differing(before: Answer, now: Answer) -> list[str]:
    """Return what notifications would have told; nothing of the first look."""
    pairs = zip((POLICY, CATALOG), before or (), now or (), strict=False)
    return [payload for payload, one, other in pairs if one != other]


async def _is_readable(connection: Connection, seconds: float) -> bool:
    """Wait until something has come from the server, or for so long.

    psycopg's own `notifies` looks ten times a second whether somebody wants it to end.
    """
    loop, come = asyncio.get_running_loop(), asyncio.Event()
    descriptor = connection.fileno()
    loop.add_reader(descriptor, come.set)
    try:
        async with asyncio.timeout(seconds):
            await come.wait()
    except TimeoutError:
        return False
    finally:
        loop.remove_reader(descriptor)
    return True
