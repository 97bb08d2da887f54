"""How fast one may try passwords: a few at once, then slower and slower, and together no faster."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from servers import Postgres

from pgtoll.console.attempts import ADDRESS, FORGOTTEN, USER, Attempts, Pace
from pgtoll.store.link import Link

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
NONE = timedelta()


@pytest.mark.parametrize(
    ("failures", "seconds"), [(0, 0), (2, 0), (3, 1), (4, 2), (7, 16), (9, 60), (10_000, 60)]
)
def test_each_failure_doubles_the_pause(failures: int, seconds: int) -> None:
    pace = Pace(free=3, longest=timedelta(minutes=1))
    assert pace.pause(failures) == timedelta(seconds=seconds)


async def tried(attempts: Attempts, times: int, user: str, address: str) -> list[timedelta]:
    return [await attempts.begin(user, address, NOON) for _ in range(times)]


def test_attempts_are_slowed_forgiven_and_forgotten(store_database: Postgres) -> None:
    async def story() -> None:
        link = Link(store_database.dsn)
        attempts, others = Attempts(link), Attempts(Link(store_database.dsn))
        assert set(await tried(attempts, USER.free, "dana", "a")) == {NONE}
        assert await others.begin("dana", "b", NOON) == SECOND  # another process, another address
        assert await attempts.begin("dana", "a", NOON + SECOND) == NONE
        assert await attempts.begin("dana", "a", NOON + SECOND) == 2 * SECOND
        assert await attempts.begin("alice", "a", NOON) == NONE
        await attempts.succeeded("dana", "a")
        assert await attempts.begin("dana", "a", NOON) == NONE
        assert set(await tried(attempts, 60, "dana", "a")) > {NONE}
        assert await attempts.begin("dana", "a", NOON + FORGOTTEN + SECOND) == NONE
        await link.close()
        await others._link.close()

    asyncio.run(story())


def test_one_address_may_not_try_many_names(store_database: Postgres) -> None:
    async def story() -> None:
        link = Link(store_database.dsn)
        attempts = Attempts(link)
        waits = [await attempts.begin(f"name {n}", "a", NOON) for n in range(ADDRESS.free + 1)]
        assert waits[:-1] == [NONE] * ADDRESS.free
        assert waits[-1] == SECOND
        await link.close()

    asyncio.run(story())


def test_a_crowd_at_once_is_no_way_around(store_database: Postgres) -> None:
    async def story() -> None:
        links = [Link(store_database.dsn) for _ in range(12)]
        waits = await asyncio.gather(*(Attempts(one).begin("dana", "a", NOON) for one in links))
        assert waits.count(NONE) == USER.free
        for link in links:
            await link.close()

    asyncio.run(story())
