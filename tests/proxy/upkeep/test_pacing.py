"""Notifications set an event, however many there are."""

import asyncio

from pgtoll.upkeep.pacing import Paced

LEAST = 0.05


def test_the_first_is_passed_on_at_once_and_a_flood_once_more_later() -> None:
    async def story() -> None:
        event, loop = asyncio.Event(), asyncio.get_running_loop()
        paced = Paced(event, least=LEAST)
        begun = loop.time()
        for _ in range(1000):
            paced.hear()
        await event.wait()
        assert loop.time() - begun < LEAST
        event.clear()
        for _ in range(1000):
            paced.hear()
        await event.wait()
        assert loop.time() - begun >= LEAST * 0.9
        event.clear()
        await asyncio.sleep(2 * LEAST)
        assert not event.is_set()

    asyncio.run(story())


def test_after_a_while_it_is_at_once_again() -> None:
    async def story() -> None:
        event, loop = asyncio.Event(), asyncio.get_running_loop()
        paced = Paced(event, least=LEAST)
        for _ in range(3):
            begun = loop.time()
            paced.hear()
            await event.wait()
            assert loop.time() - begun < LEAST
            event.clear()
            await asyncio.sleep(2 * LEAST)

    asyncio.run(story())
