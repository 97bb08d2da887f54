"""Connections for many: as few as needed, and one that waits holds up nobody."""

import asyncio

import pytest
from servers import Postgres

from pgtoll.errors import StoreError
from pgtoll.office.links import Links

COUNT = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'pgtoll' AND datname = %s"


def test_one_connection_is_enough_for_one_after_the_other(database: Postgres) -> None:
    async def story() -> None:
        links = Links(database.dsn)
        await links.open()
        for _ in range(5):
            async with links.transaction("count") as connection:
                cursor = await connection.execute(COUNT, [database.dbname])
                assert await cursor.fetchone() == (1,)
        await links.close()

    asyncio.run(story())


def test_who_waits_holds_up_nobody(database: Postgres) -> None:
    async def story() -> None:
        links = Links(database.dsn, count=2)
        async with asyncio.timeout(5), links.transaction("wait"), links.transaction("go") as other:
            await other.execute("SELECT 1")
        await links.close()

    asyncio.run(story())


def test_a_moment_changes_nothing(database: Postgres) -> None:
    async def story() -> None:
        links = Links(database.dsn)
        with pytest.raises(StoreError, match="cannot look: cannot execute CREATE TABLE"):
            async with links.moment("look") as connection:
                await connection.execute("CREATE TABLE t ()")
        await links.close()

    asyncio.run(story())
