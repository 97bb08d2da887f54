"""Hear from PostgreSQL, within moments, that documents, seats or the catalog have changed."""

import asyncio
import contextlib
import logging
from collections.abc import Callable

import psycopg
from psycopg.rows import TupleRow

from pgtoll.errors import StoreError
from pgtoll.link import Connection, connect, first_line

log = logging.getLogger("pgtoll.channel")

POLICY = "policy"
CATALOG = "catalog"
RECORDING = "recording"  # has begun, or ended

FIRST_WAIT = 0.1  # seconds before connecting again; each failure doubles it
LONGEST_WAIT = 5.0
PING_EVERY = 15.0  # seconds of silence after which the connection is tried
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


async def listen(
    dsn: str,
    heard: Callable[[str], None],
    lost: Callable[[], None] = lambda: None,
    *,
    told: bool = True,
) -> None:
    """Call `heard` with the payload of each notification, forever, and `lost` when none can come.

    Where nobody can be `told`, what they would tell is looked for each second.

    A connection that breaks is made again, and then everything is reported as changed: nobody
    knows what was missed. The same after the first connection.
    """
    wait = FIRST_WAIT
    while True:
        try:
            connection = await connect(dsn)
        except StoreError as exc:
            log.warning("%s", exc)
        else:
            wait = FIRST_WAIT
            await (_hear if told else _look)(connection, heard)
        lost()
        await asyncio.sleep(wait)
        wait = min(2 * wait, LONGEST_WAIT)


async def _hear(connection: Connection, heard: Callable[[str], None]) -> None:
    """Report what is heard on one connection until it breaks."""
    try:
        await connection.execute("LISTEN pgtoll")
        for payload in (POLICY, CATALOG, RECORDING):
            heard(payload)
        while True:
            if not await _is_readable(connection, PING_EVERY):
                async with asyncio.timeout(PING_EVERY):
                    await connection.execute("SELECT 1")
            connection.pgconn.consume_input()
            while notification := connection.pgconn.notifies():
                heard(notification.extra.decode(errors="replace"))  # anybody may NOTIFY
    except (psycopg.Error, TimeoutError) as exc:
        log.warning("the store's notifications were interrupted: %s", first_line(exc))
    finally:
        with contextlib.suppress(psycopg.Error):
            await connection.close()


async def _look(connection: Connection, heard: Callable[[str], None]) -> None:
    """Report what has changed since the last look, until the connection breaks."""
    seen: TupleRow | None = None
    try:
        while True:
            async with asyncio.timeout(PING_EVERY):
                found = await (await connection.execute(_WRITTEN.encode())).fetchone()
            for at, payload in enumerate((POLICY, CATALOG)):
                if seen is None or found is None or seen[at] != found[at]:
                    heard(payload)
            seen = found
            await asyncio.sleep(LOOK_EVERY)
    except (psycopg.Error, TimeoutError) as exc:
        log.warning("looking for changes of the store was interrupted: %s", first_line(exc))
    finally:
        with contextlib.suppress(psycopg.Error):
            await connection.close()


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
