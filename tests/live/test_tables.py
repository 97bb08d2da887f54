"""Tables whose rows were worked out elsewhere."""

import asyncio

import pytest
from servers import Postgres

from pgtoll.store.link import connect
from pgtoll.store.tables import replace_rows

pytestmark = pytest.mark.live

Rows = set[tuple[str, int]]


def replaced(database: Postgres, wanted: Rows) -> int:
    """Replace the rows of table t, and return how many rows were written."""

    async def work() -> int:
        connection = await connect(database.dsn)
        try:
            async with connection.transaction():
                await replace_rows(connection, "public.t", "name, number", wanted)
                cursor = await connection.execute(
                    "SELECT n_tup_ins + n_tup_del FROM pg_stat_xact_user_tables WHERE relname = 't'"
                )
                row = await cursor.fetchone()
                assert row is not None
                return int(row[0])
        finally:
            await connection.close()

    return asyncio.run(work())


def test_only_what_differs_is_written(database: Postgres) -> None:
    database.execute("CREATE TABLE public.t (name text, number int)")
    first = {("a", 1), ("b", 2), ("a'; DROP TABLE public.t --", 3)}
    assert replaced(database, first) == 3
    assert replaced(database, first) == 0
    second = {("a", 1), ("b", 4)}
    assert replaced(database, second) == 3
    with database.connect() as session:
        assert set(session.execute("SELECT * FROM public.t").fetchall()) == second
    assert replaced(database, set()) == 2


def test_several_at_once_agree(database: Postgres) -> None:
    database.execute("CREATE TABLE public.t (name text, number int UNIQUE)")
    wanted = {(f"name {number}", number) for number in range(50)}

    async def one() -> None:
        connection = await connect(database.dsn)
        try:
            async with connection.transaction():
                await replace_rows(connection, "public.t", "name, number", wanted)
        finally:
            await connection.close()

    async def all_at_once() -> None:
        await asyncio.gather(*(one() for _ in range(8)))

    asyncio.run(all_at_once())
    with database.connect() as session:
        assert set(session.execute("SELECT * FROM public.t").fetchall()) == wanted
