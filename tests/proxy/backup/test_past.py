"""What a store remembers adds up, whichever of two stores knows it."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from servers import Postgres
from stored import EMPTY, FULL, NOON, TODAY

from pgtoll.backup.contents import Contents, Day, ProductDay, RefusalDay, Seen
from pgtoll.backup.past import Added, read_past, read_recorded, write_past
from pgtoll.store.link import Connection, connect
from pgtoll.store.migrations import initialise

PARTS = ("seen", "days", "product_days", "table_days", "refusal_days", "events", "refusals")
FULL_PAST = replace(EMPTY, origin=FULL.origin, **{name: getattr(FULL, name) for name in PARTS})
YESTERDAY = TODAY - timedelta(1)


@pytest.fixture
def store(any_database: Postgres) -> Postgres:
    asyncio.run(initialise(any_database.dsn))
    return any_database


async def _read(connection: Connection) -> Contents:
    return await read_past(connection, replace(EMPTY, origin=FULL.origin), refusals=True)


def added(store: Postgres, *files: Contents) -> tuple[list[Added], Contents]:
    """What each file has added, and what the store remembers then."""

    async def tell() -> tuple[list[Added], Contents]:
        connection = await connect(store.dsn)
        try:
            told = [await write_past(connection, one, lambda _: None) for one in files]
            return told, await _read(connection)
        finally:
            await connection.close()

    return asyncio.run(tell())


def test_what_is_written_is_read_again_and_nothing_is_there_twice(store: Postgres) -> None:
    (first, second), found = added(store, FULL_PAST, FULL_PAST)
    assert first == Added(days=6, seen=2, events=1, refusals=1)
    assert second == Added()
    counted = RefusalDay(TODAY, "marketing", "refuse", 1, 1)  # nobody has written it down yet
    assert found.refusal_days == (*FULL.refusal_days, counted)
    assert replace(found, refusal_days=FULL.refusal_days) == FULL_PAST


def test_the_later_day_and_the_higher_number_stay(store: Postgres) -> None:
    own = replace(
        EMPTY,
        seen=(Seen("alice", YESTERDAY), Seen("zoë <b>\n", TODAY)),
        days=(Day(TODAY, 10),),
        product_days=(ProductDay(TODAY, "marketing", 1, 1, 1), ProductDay(TODAY, "own", 1, 1, 1)),
        refusal_days=(RefusalDay(YESTERDAY, "marketing", "refuse", 20, 1),),
    )
    (_, second), found = added(store, own, FULL_PAST)
    assert second.seen == 1
    assert set(found.seen) == {Seen("alice", TODAY), Seen("zoë <b>\n", TODAY)}
    assert found.days == (Day(YESTERDAY, 7), Day(TODAY, 10))
    assert found.product_days == own.product_days, "what was written down here stays"
    assert found.refusal_days[0] == RefusalDay(YESTERDAY, "marketing", "refuse", 20, 2)


def test_what_was_refused_today_is_counted_as_well(store: Postgres) -> None:
    """It has no line of its own unless that is asked for."""
    refused = tuple(replace(FULL.refusals[0], sql=f"SELECT {n}") for n in range(5))
    _, found = added(store, replace(EMPTY, refusals=refused))
    assert found.refusal_days == (RefusalDay(TODAY, "marketing", "refuse", 5, 1),)
    added(store, replace(EMPTY, days=(Day(TODAY + timedelta(9), 1),)))
    _, found = added(store)
    assert found.refusal_days == (), "by then somebody has counted them, or they were deleted"


def test_days_are_known_since_either_store_has_kept_them(store: Postgres) -> None:
    async def recorded() -> object:
        connection = await connect(store.dsn)
        try:
            return await read_recorded(connection)
        finally:
            await connection.close()

    here = asyncio.run(recorded())
    later = replace(EMPTY.origin, exported=NOON, recorded=FULL.origin.recorded)
    for wanted, first in (
        (here, None),
        (FULL.origin.recorded, FULL.origin.recorded),
        (FULL.origin.recorded, TODAY),
    ):
        added(store, replace(EMPTY, origin=replace(later, recorded=first)))
        assert asyncio.run(recorded()) == wanted
