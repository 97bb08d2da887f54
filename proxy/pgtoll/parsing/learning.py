"""A long text is read in a shorter form, if it has one, and in turns with other sessions."""

import asyncio
from codecs import utf_8_decode
from typing import Protocol

from pgtoll.parsing.facts_cache import Facts, FactsCache
from pgtoll_policy.facts import Script
from pgtoll_policy.one_row import leaving_out_rows
from pgtoll_policy.shape import MAX_BYTES

SLICE_BYTES = 256 << 10  # of text that is decoded at a time
NOT_READABLE = Script((), refusal="it is not readable in client_encoding UTF8")


class Reader(Protocol):
    """Reads SQL text, somewhere out of the way."""

    async def __call__(self, text: str, *, standard_conforming_strings: bool, user: str) -> Script:
        """The facts of a user's text; it raises nothing for hostile ones."""


async def learn_long(facts: FactsCache, sql: bytes, read: Reader, user: str) -> None:
    """Have the facts of a text kept that is longer than what has a shape.

    For text in UTF-8 that is read with `standard_conforming_strings = on`.
    """
    if facts.has(sql, sql):
        return
    if not await _is_readable(sql):
        facts.keep_long(sql, Facts(NOT_READABLE))
        return
    short = await _shortened(sql)
    if len(short) <= MAX_BYTES:
        if (found := facts.find(short, short)) is None:
            script = await read(short.decode(), standard_conforming_strings=True, user=user)
            found = facts.keep(short, short, script)
        if found.script.shapeable:
            facts.keep_long(sql, found)
            return
    facts.misses += 1
    script = await read(sql.decode(), standard_conforming_strings=True, user=user)
    facts.keep(sql, sql, script)


async def _shortened(sql: bytes) -> bytes:
    """Return a text with one of the rows of its INSERT, or as it is."""
    steps = leaving_out_rows(sql)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return bytes(end.value)
        await asyncio.sleep(0)


async def _is_readable(sql: bytes) -> bool:
    at, data = 0, memoryview(sql)
    while at < len(sql) and not sql.isascii():
        last = at + SLICE_BYTES >= len(sql)
        try:
            at += utf_8_decode(data[at : at + SLICE_BYTES], "strict", last)[1]
        except UnicodeDecodeError:
            return False
        await asyncio.sleep(0)
    return True
