"""Nobody waits for more than one turn of each other owner."""

import asyncio
from collections.abc import Awaitable, Callable

from pgtoll.parsing.turns import Turns


def run(story: Callable[[Turns, list[str]], Awaitable[None]]) -> list[str]:
    served: list[str] = []

    async def tell() -> None:
        await story(Turns(), served)

    asyncio.run(tell())
    return served


async def use(turns: Turns, owner: str, served: list[str]) -> None:
    async with turns.turn(owner):
        served.append(owner)
        await asyncio.sleep(0)


def test_owners_take_turns_however_many_requests_they_have() -> None:
    async def story(turns: Turns, served: list[str]) -> None:
        async with asyncio.TaskGroup() as tasks:
            for owner in "aaaaabc":
                tasks.create_task(use(turns, owner, served))

    assert "".join(run(story)) == "aabcaaa"


def test_who_gives_up_waiting_holds_nobody_up() -> None:
    async def story(turns: Turns, served: list[str]) -> None:
        async with turns.turn("a"):
            waiting = [asyncio.create_task(use(turns, owner, served)) for owner in "bcb"]
            await asyncio.sleep(0)
            waiting[0].cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        await use(turns, "d", served)

    assert "".join(run(story)) == "cbd" or "".join(run(story)) == "bcd"


def test_a_turn_given_to_somebody_who_leaves_is_the_next_ones() -> None:
    async def story(turns: Turns, served: list[str]) -> None:
        async with turns.turn("a"):
            first, second = (asyncio.create_task(use(turns, o, served)) for o in "bc")
            await asyncio.sleep(0)
        first.cancel()  # it has the turn and does not know yet
        await asyncio.gather(first, second, return_exceptions=True)

    assert run(story) == ["c"]
