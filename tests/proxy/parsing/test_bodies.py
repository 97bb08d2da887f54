"""The bodies of functions, read as they come and as far as the time goes."""

import asyncio

from pgtoll.parsing.bodies import Bodies
from pgtoll_policy.body import Body, BodyText
from pgtoll_policy.rows import FunctionRow

ONE, TWO = BodyText("sql", "SELECT 1"), BodyText("sql", "SELECT 2")
ROWS = [
    FunctionRow(at, "public", "f", language="sql", body=one.text)
    for at, one in ((1, ONE), (2, TWO))
]


class Reading:
    """Stands for the process that reads; counts what it is asked."""

    def __init__(self) -> None:
        self.asked: list[BodyText] = []
        self.lost = False

    async def __call__(self, text: BodyText) -> Body | None:
        self.asked.append(text)
        return None if self.lost else Body(words=frozenset({text.text}))


def test_each_body_is_read_once() -> None:
    async def run() -> None:
        reading = Reading()
        bodies = Bodies(reading)
        await bodies.learn([*ROWS, ROWS[0]._replace(oid=3)], 5)
        await bodies.learn(ROWS, 5)
        assert reading.asked == [ONE, TWO]
        assert bodies.known.keys() == {ONE, TWO}
        assert not bodies.wanting.is_set()

    asyncio.run(run())


def test_what_no_function_has_any_more_is_forgotten() -> None:
    async def run() -> None:
        bodies = Bodies(Reading())
        await bodies.learn(ROWS, 5)
        await bodies.learn(ROWS[:1], 5)
        assert bodies.known.keys() == {ONE}

    asyncio.run(run())


def test_what_there_is_no_time_for_is_read_later() -> None:
    async def run() -> None:
        bodies = Bodies(Reading())
        await bodies.learn(ROWS, 0)
        assert (dict(bodies.known), bodies.wanting.is_set()) == ({}, True)
        await bodies.read_on(5)
        assert (len(bodies.known), bodies.wanting.is_set()) == (2, False)

    asyncio.run(run())


def test_without_a_process_to_read_it_a_body_is_asked_for_again() -> None:
    async def run() -> None:
        reading = Reading()
        reading.lost = True
        bodies = Bodies(reading)
        await bodies.learn(ROWS, 5)
        assert (reading.asked, bodies.wanting.is_set()) == ([ONE], True)
        reading.lost = False
        await bodies.read_on(5)
        assert bodies.known.keys() == {ONE, TWO}

    asyncio.run(run())


def test_what_cannot_be_read_is_not_asked_for() -> None:
    async def run() -> None:
        reading = Reading()
        rows = [ROWS[0]._replace(language="c"), ROWS[0]._replace(rewired=True)]
        await Bodies(reading).learn(rows, 5)
        assert reading.asked == []

    asyncio.run(run())
