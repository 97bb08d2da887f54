"""What proxies are told to record: one thing at a time, for so long."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from servers import Postgres

from pgtoll.errors import StoreError
from pgtoll.store import recordings
from pgtoll.store.link import Connection, Link

pytestmark = pytest.mark.live


def told(database: Postgres, story: Callable[[Connection], Awaitable[None]]) -> None:
    async def run() -> None:
        link = Link(database.dsn)
        try:
            async with link.transaction("try") as connection:
                await story(connection)
        finally:
            await link.close()

    asyncio.run(run())


def test_a_recording_from_its_beginning_to_its_end(store_database: Postgres) -> None:
    async def story(connection: Connection) -> None:
        assert await recordings.read_order(connection) is None
        number = await recordings.begin(connection)
        order = await recordings.read_order(connection)
        assert order is not None
        assert (order.id, order.ended) == (number, False)
        assert 0 < order.seconds <= recordings.LEASE_SECONDS
        for batch in (b"1", b"2"):
            await recordings.hand_over(connection, number, batch)
        assert await recordings.collect(connection, number) == [b"1", b"2"]
        assert await recordings.collect(connection, number) == []
        assert await recordings.put_off(connection, number)
        await recordings.finish(connection, number)
        assert not await recordings.put_off(connection, number)
        assert (await recordings.read_order(connection)).ended  # type: ignore[union-attr]
        await recordings.hand_over(connection, number, b"3")
        await recordings.forget(connection, number)
        assert await recordings.collect(connection, number) == []
        assert await recordings.read_order(connection) is None

    told(store_database, story)


def test_what_is_over_is_cleared_away(store_database: Postgres) -> None:
    async def story(connection: Connection) -> None:
        number = await recordings.begin(connection)
        await recordings.hand_over(connection, number, b"1")
        await recordings.clear_away(connection)
        assert await recordings.collect(connection, number) == [b"1"]
        await recordings.hand_over(connection, number, b"2")
        await connection.execute("UPDATE pgtoll.recording SET until = clock_timestamp()")
        assert await recordings.read_order(connection) is None
        await recordings.clear_away(connection)
        assert await recordings.collect(connection, number) == []

    told(store_database, story)


def test_a_second_is_refused(store_database: Postgres) -> None:
    async def story(connection: Connection) -> None:
        await recordings.begin(connection)
        with pytest.raises(StoreError, match="recording already"):
            await recordings.begin(connection)
        raise StoreError("enough")

    with pytest.raises(StoreError):
        told(store_database, story)


def test_the_last_is_kept_for_a_while(store_database: Postgres) -> None:
    async def story(connection: Connection) -> None:
        assert await recordings.read_kept(connection) is None
        await recordings.keep(connection, b"one", 1)
        before = await recordings.kept_mark(connection)
        await recordings.keep(connection, b"two", 1)
        kept = await recordings.read_kept(connection)
        assert kept is not None
        assert kept.file == b"two"
        assert await recordings.kept_mark(connection) != before
        await connection.execute("UPDATE pgtoll.kept_recording SET until = clock_timestamp()")
        assert await recordings.read_kept(connection) is None
        assert await recordings.kept_mark(connection) is None

    told(store_database, story)
