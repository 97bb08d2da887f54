"""Reading SQL beside the event loop, whatever it is."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import wraps
from typing import ParamSpec

import pytest
import uvloop

from pgtoll.parsing import parsers as parsing
from pgtoll.parsing.parsers import BEYOND_LIMITS, LARGE, NOT_UNICODE, TOO_LONG, UNREAD, Parsers
from pgtoll_policy.body import Body, BodyText
from pgtoll_policy.facts import ANY_END, MAX_BYTES, Name, Script

pytestmark = pytest.mark.live

P = ParamSpec("P")
SLOW = "SELECT a" + "[1]" * 3000 + " FROM t"  # sqlglot takes ten seconds for it


def on_uvloop(test: Callable[P, Awaitable[None]]) -> Callable[P, None]:
    @wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        async def body() -> None:
            await test(*args, **kwargs)

        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(body())

    return run


@asynccontextmanager
async def started(patience: float = 1.0, deadline: float = 5.0) -> AsyncIterator[Parsers]:
    parsers = Parsers(patience=patience, deadline=deadline)
    await parsers.start()
    try:
        yield parsers
    finally:
        await parsers.close()


async def read(parsers: Parsers, sql: str) -> Script:
    return await parsers.read(sql, standard_conforming_strings=True)


async def reads_well(parsers: Parsers) -> bool:
    script = await read(parsers, "SELECT * FROM t")
    return script.statements[0].reads == {Name("", "t")}


@on_uvloop
async def test_bodies_are_read() -> None:
    async with started() as parsers:
        body = await parsers.read_body(BodyText("sql", "SELECT * FROM t"))
        assert body is not None
        assert body.always.reads == {Name("", "t")}
        assert body.opaque == ""
        body = await parsers.read_body(BodyText("plpgsql", "BEGIN EXECUTE 'x'; END"))
        assert body == Body(opaque="it runs a text")
        for text in (BodyText("c", ""), BodyText("sql", " " * (1 << 20) + "x")):
            body = await parsers.read_body(text)
            assert body is not None
            assert body.opaque
    assert await parsers.read_body(BodyText("sql", "SELECT 1")) is None


@on_uvloop
async def test_statements_are_read() -> None:
    async with started() as parsers:
        assert await reads_well(parsers)
        escaped = await parsers.read(r"SELECT '\'' FROM u", standard_conforming_strings=False)
        assert escaped.statements[0].reads == {Name("", "u")}
        large = await read(parsers, f"SELECT '{'x' * LARGE}' FROM v")
        assert large.statements[0].reads == {Name("", "v")}
        many = await read(parsers, "SELECT 1 FROM v;" * 3000)
        assert len(many.statements) == 3000


HOSTILE = {
    "parentheses": "SELECT " + "(" * 10_000 + "1" + ")" * 10_000,
    "terms": "SELECT " + "1+" * 100_000 + "1",
    "time zones": "SELECT x" + " AT TIME ZONE 'a'" * 20_000,
    "subqueries": "SELECT * FROM " + "(SELECT * FROM " * 10_000 + "t" + ") x" * 10_000,
    "fewer subqueries": "SELECT * FROM " + "(SELECT * FROM " * 900 + "t" + ") x" * 900,
    "joins": "SELECT * FROM " + "(t JOIN " * 15_000 + "u" + " ON true)" * 15_000,
    "calls": "SELECT " + "f(" * 5000 + "1" + ")" * 5000,
    "unions": "SELECT 1" + " UNION SELECT 1" * 5000,
    "queries": "WITH a AS (SELECT 1)" + ", a AS (TABLE a)" * 5000 + " TABLE a",
    "names": "SELECT " + "a." * 20_000 + "b",
    "NUL": "SELECT 1\0",
}


@on_uvloop
async def test_hostile_text_costs_nothing_but_itself() -> None:
    async with started() as parsers:
        for name, sql in HOSTILE.items():
            script = await read(parsers, sql)
            assert script.refusal or script.statements, name
            assert await reads_well(parsers), name


@on_uvloop
async def test_text_that_takes_too_long_is_given_up() -> None:
    async with started(patience=0.5, deadline=1.5) as parsers:
        slow, *others = await asyncio.gather(
            read(parsers, SLOW), *(reads_well(parsers) for _ in range(5))
        )
        assert slow is BEYOND_LIMITS
        assert others == [True] * 5


@on_uvloop
async def test_small_texts_do_not_wait_for_large_ones() -> None:
    async with started(deadline=1.0) as parsers:
        async with asyncio.TaskGroup() as tasks:
            large = tasks.create_task(read(parsers, SLOW + " " * LARGE))
            await asyncio.sleep(0.1)
            assert await reads_well(parsers)
            assert not large.done()
        assert large.result() is BEYOND_LIMITS


@on_uvloop
async def test_a_user_with_many_slow_texts_holds_nobody_else_up() -> None:
    """Each of the others waits for one slow text at most, in either process."""

    def hostile() -> asyncio.Future[Script]:
        read = parsers.read(SLOW, standard_conforming_strings=True, user="mallory")
        return asyncio.ensure_future(read)

    async with started(patience=1.0, deadline=1.5) as parsers:
        flood = [hostile() for _ in range(8)]  # they wait for the quick process
        while not parsers._is_slow("mallory"):  # noqa: ASYNC110 (nobody says when it is so)
            await asyncio.sleep(0.01)
        flood += [hostile() for _ in range(8)]  # and these for the slow one
        assert await reads_well(parsers)
        assert (await read(parsers, f"SELECT '{'x' * LARGE}' FROM v")).statements
        assert sum(one.done() for one in flood) < 8
        for one in flood:
            one.cancel()


@on_uvloop
async def test_how_many_users_are_known_to_be_slow_is_bounded() -> None:
    async with started() as parsers:
        for number in range(2 * parsing.SLOW_USERS):
            parsers._was_slow(str(number))
        assert len(parsers._slow_until) == parsing.SLOW_USERS
        assert parsers._is_slow(str(2 * parsing.SLOW_USERS - 1))
        assert not parsers._is_slow("0")


@on_uvloop
async def test_what_cannot_be_sent_is_refused_at_once() -> None:
    parsers = Parsers()
    assert await read(parsers, "SELECT '\ud800'") is NOT_UNICODE
    assert await read(parsers, "x" * (MAX_BYTES + 1)) is TOO_LONG


@on_uvloop
async def test_millions_of_constants_are_read() -> None:
    row = "({}, 'it''s', -2.5, NULL, now(), DEFAULT)"
    rows = ", ".join(row.format(number) for number in range(120_000))
    sql = f'INSERT INTO "T 1" ("a", b, c, d, e, f) VALUES {rows} ON CONFLICT ("a") DO NOTHING'
    async with started(deadline=60) as parsers:
        script = await read(parsers, sql)
    (statement,) = script.statements
    assert not script.refusal
    assert statement.inserts == {Name("", "T 1")}
    assert (statement.start, statement.end, len(sql) > 5_000_000) == (0, ANY_END, True)


def children() -> list[int]:
    """Return the parser processes of this one."""
    with open(f"/proc/self/task/{os.getpid()}/children") as listed:
        return [int(pid) for pid in listed.read().split() if is_parser(int(pid))]


def is_parser(pid: int) -> bool:
    with open(f"/proc/{pid}/cmdline", "rb") as command:
        return b"pgtoll.parsing.process" in command.read()


@on_uvloop
async def test_a_process_that_dies_is_replaced() -> None:
    async with started() as parsers:
        for pid in children():
            os.kill(pid, signal.SIGKILL)
        assert await read(parsers, "SELECT 1") is BEYOND_LIMITS
        assert await reads_well(parsers)
        assert await reads_well(parsers)


@on_uvloop
async def test_whoever_stops_waiting_disturbs_nobody() -> None:
    async with started() as parsers:
        impatient = asyncio.ensure_future(read(parsers, "SELECT a" + "[1]" * 600 + " FROM u"))
        await asyncio.sleep(0.05)
        impatient.cancel()
        assert await reads_well(parsers)
        assert len(children()) == 2


@on_uvloop
async def test_an_answer_nobody_waits_for_has_a_deadline_too() -> None:
    async with started(patience=0.3) as parsers:
        impatient = asyncio.ensure_future(read(parsers, SLOW))
        await asyncio.sleep(0.05)
        impatient.cancel()
        assert await reads_well(parsers)


@on_uvloop
async def test_nothing_is_left_behind() -> None:
    async with started() as parsers:
        assert len(children()) == 2
        waiting = asyncio.ensure_future(read(parsers, SLOW))
        await asyncio.sleep(0.05)
    assert children() == []
    assert await waiting in (UNREAD, BEYOND_LIMITS)
    assert await read(parsers, "SELECT 1") is UNREAD


@on_uvloop
async def test_where_no_process_starts_nothing_is_judged() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "executable", "/nowhere/python")
        parsers = Parsers()
        assert await read(parsers, "SELECT 1") is UNREAD
        patch.setattr(sys, "executable", "/bin/true")
        assert await read(Parsers(), "SELECT 1") is UNREAD
        patch.setattr(sys, "executable", "/bin/cat")
        patch.setattr(parsing, "STARTING", 0.2)
        assert await read(Parsers(), "SELECT 1") is UNREAD


def test_the_limits_are_those_of_the_documentation() -> None:
    assert (parsing.PATIENCE, parsing.DEADLINE, MAX_BYTES) == (1.0, 5.0, 8 << 20)
