"""What is done again and again goes on when it fails, and says so."""

import asyncio
from contextlib import suppress

import pytest

from pgtoll.errors import StoreError
from pgtoll.upkeep.chores import every, tried, waited


async def _fail() -> None:
    raise StoreError("it is away")


def test_what_fails_is_told_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    times: list[int] = []

    async def act() -> None:
        times.append(len(times))
        await _fail()

    async def story() -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(5):
                doing = asyncio.ensure_future(every(0.001, act))
                while len(times) < 3:  # noqa: ASYNC110
                    await asyncio.sleep(0.001)
        doing.cancel()

    asyncio.run(story())
    assert len(times) >= 3
    assert caplog.messages[0] == "housekeeping failed: it is away"


def test_only_our_own_failures_are_put_up_with() -> None:
    async def break_() -> None:
        raise KeyError

    assert not asyncio.run(tried("nothing", _fail()))
    assert asyncio.run(tried("something", asyncio.sleep(0)))
    with pytest.raises(KeyError):
        asyncio.run(tried("it", break_()))


def test_an_event_ends_the_wait() -> None:
    async def story() -> None:
        event = asyncio.Event()
        await waited(event, 0.001)
        event.set()
        async with asyncio.timeout(5):
            await waited(event, 600)

    asyncio.run(story())
