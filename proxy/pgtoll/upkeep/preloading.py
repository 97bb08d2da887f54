"""Read the statements that the database has run most, before anybody sends them again.

They are in pg_stat_statements, if that is installed in the database that is served and we may see
it. Whatever stands in the way costs a line in the log: each statement is read when it comes.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import psycopg
from psycopg import sql

from pgtoll.errors import StoreError
from pgtoll.parsing.facts_cache import FactsCache
from pgtoll.store.link import Connection, connect
from pgtoll_policy.facts import Script
from pgtoll_policy.shape import MAX_BYTES, shape_of

log = logging.getLogger("pgtoll.preloading")

ASKING_SECONDS = 10  # for the answer of pg_stat_statements
READING_SECONDS = 60.0  # for all of its statements
PAUSE_SECONDS = 0.005  # behind each: clients go first
MOST_BYTES = 4 << 20  # of all texts

_SCHEMA = """
SELECT n.nspname::text FROM pg_catalog.pg_extension e
JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) e.extnamespace
WHERE e.extname OPERATOR(pg_catalog.=) 'pg_stat_statements'
"""
_MOST_CALLED = sql.SQL("""
SELECT s.query FROM {view} s
WHERE s.dbid OPERATOR(pg_catalog.=) (
  SELECT d.oid FROM pg_catalog.pg_database d
  WHERE d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database())
AND pg_catalog.octet_length(s.query) OPERATOR(pg_catalog.<=) {bytes}
GROUP BY s.query ORDER BY pg_catalog.sum(s.calls) DESC LIMIT {most}
""")
# What PostgreSQL 18 puts in the place of the rest of a list.
_SQUASHED = " /*, ... */"

Read = Callable[[str], Awaitable[Script]]


async def preload(dsn: str, most: int, facts: FactsCache, read: Read) -> None:
    """Read up to so many statements. Raises nothing."""
    if most == 0:
        return
    try:
        texts = await _most_called(dsn, most)
        async with asyncio.timeout(READING_SECONDS):
            await _read_all(texts, facts, read)
    except (StoreError, psycopg.Error, UnicodeError) as exc:
        log.info("no statements are read ahead: %s", str(exc).partition("\n")[0])
    except TimeoutError:
        log.info("statements are no longer read ahead: it takes too long")
    if facts.preloaded:
        log.info("statements read ahead=%d", facts.preloaded)


async def _most_called(dsn: str, most: int) -> list[str]:
    connection = await connect(dsn)
    try:
        async with asyncio.timeout(ASKING_SECONDS):
            return await _asked(connection, most)
    finally:
        await connection.close()


async def _asked(connection: Connection, most: int) -> list[str]:
    """Return the texts, those called most first. Raises psycopg.Error."""
    schema = await (await connection.execute(_SCHEMA.encode())).fetchone()
    if schema is None:
        return []
    view = sql.Identifier(str(schema[0]), "pg_stat_statements")
    question = _MOST_CALLED.format(view=view, bytes=sql.Literal(MAX_BYTES), most=sql.Literal(most))
    rows = await (await connection.execute(question)).fetchall()
    return [str(query) for (query,) in rows]


async def _read_all(texts: list[str], facts: FactsCache, read: Read) -> None:
    """Read what has a shape and is not known yet."""
    left = MOST_BYTES
    for text in (one.replace(_SQUASHED, "") for one in texts):
        data = text.encode()
        if (left := left - len(data)) < 0:
            return
        if shape_of(data) is None or facts.has(data, data):
            continue
        script = await read(text)
        if script.shapeable:
            facts.keep(data, data, script)
            facts.preloaded += 1
        await asyncio.sleep(PAUSE_SECONDS)
