"""A recording that nobody takes part in: it begins, ends, and leaves nothing but what is kept."""

import asyncio
from collections.abc import Callable

import pytest
from officing import Office, in_office
from servers import Postgres

from pgtoll.clock import system_time
from pgtoll.errors import StoreError
from pgtoll.office.recording import Progress, Recorded, Session
from pgtoll.store import recordings

LEFT = "SELECT (SELECT count(*) FROM pgtoll.recording), (SELECT count(*) FROM pgtoll.recorded)"


async def record(
    dsn: str, show: Callable[[Progress], None] = lambda progress: None, *, keep_days: int = 0
) -> Recorded:
    session = Session(dsn, system_time, show)
    return await session.run(
        asyncio.Event(), seconds=0.3, keep_days=keep_days, program="pgtoll test"
    )


def test_it_leaves_nothing(any_database: Postgres) -> None:
    async def story(office: Office) -> None:
        done = await record(any_database.dsn)
        assert (done.cut_short, done.silent, done.kept) == ("", 0, False)
        with any_database.connect() as beside:
            assert beside.execute(LEFT).fetchone() == (0, 0)

    in_office(any_database, story)


def test_it_is_kept_for_the_console(any_database: Postgres) -> None:
    async def story(office: Office) -> None:
        for _ in range(2):
            done = await record(any_database.dsn, keep_days=3)
            assert done.kept
        async with office.desk._store.moment("read") as connection:
            kept = await recordings.read_kept(connection)
            assert kept is not None
            assert kept.file == done.file
            assert await recordings.kept_mark(connection) is not None

    in_office(any_database, story)


def test_there_is_one_at_a_time(any_database: Postgres) -> None:
    async def story(office: Office) -> None:
        with any_database.connect() as beside:
            beside.execute(
                "INSERT INTO pgtoll.recording (until) VALUES (clock_timestamp() + '1 hour')"
            )
        with pytest.raises(StoreError, match="recording already"):
            await record(any_database.dsn)
        with any_database.connect() as beside:
            beside.execute("UPDATE pgtoll.recording SET until = clock_timestamp()")
        await record(any_database.dsn)  # that one was over

    in_office(any_database, story)


def test_somebody_may_end_it(any_database: Postgres) -> None:
    async def story(office: Office) -> None:
        def delete(progress: Progress) -> None:
            with any_database.connect() as beside:
                beside.execute("DELETE FROM pgtoll.recording")

        session = Session(any_database.dsn, system_time, delete)
        done = await session.run(asyncio.Event(), seconds=60, keep_days=0, program="test")
        assert "somebody has ended it" in done.cut_short

    in_office(any_database, story)
