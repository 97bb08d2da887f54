"""Whether a store was taken back, by what PostgreSQL says and what was written down before.

tests/live/test_restores.py does it to real servers.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from servers import Postgres
from stored import NOON, hour

from pgtoll.backup import setbacks
from pgtoll.backup.setbacks import MOST_PAUSE, Setback, State, judge
from pgtoll.store.link import Connection, connect

LATER = hour(1)
HERE = State(
    highest=NOON,
    known=True,
    was="7",
    timeline_was=1,
    genuine=True,
    instance="7",
    timeline=1,
    why=None,
)


def how(state: State, now: datetime = LATER) -> str:
    """How a store was taken back, "" if it was not."""
    found = judge(state, now)
    return found.how if found else ""


def test_a_store_that_stays_where_it_is_is_fine() -> None:
    assert how(HERE) == ""
    assert how(replace(HERE, known=False, was=None, timeline_was=None)) == ""


@pytest.mark.parametrize(
    "why",
    [
        "before 2026-05-01 10:00:00+00",
        "after transaction 771",
        'at restore point "monday"',
        "after LSN 0/3000000",
        "reached consistency",
    ],
)
def test_a_recovery_that_was_told_where_to_stop_is_a_restore(why: str) -> None:
    found = judge(replace(HERE, timeline=2, why=why), NOON)
    assert found is not None
    assert found.how == "restored"
    assert why in found.reason
    assert "2026-05-01 12:00:00 UTC" in found.reason


@pytest.mark.parametrize("why", [None, "no recovery target specified"])
def test_a_standby_that_takes_over_at_once_is_none(why: str | None) -> None:
    promoted = replace(HERE, timeline=2, why=why)
    assert how(promoted, NOON + MOST_PAUSE) == ""
    assert how(promoted, NOON + MOST_PAUSE + timedelta(seconds=1)) == "restored"


def test_where_there_are_no_timelines_nothing_is_said_of_them() -> None:
    assert how(replace(HERE, timeline_was=None, timeline=None)) == ""
    assert how(replace(HERE, timeline=None)) == ""


def test_a_row_that_another_transaction_wrote_came_with_a_dump() -> None:
    found = judge(replace(HERE, genuine=False, instance="8"), NOON)
    assert found is not None
    assert (found.how, found.reason) == ("copied", "it was loaded from a dump of instance 7")
    assert how(replace(HERE, genuine=False)) == "copied"


def test_an_upgraded_cluster_is_still_the_same() -> None:
    """pg_upgrade gives it another identifier, and leaves transactions and relations as they are."""
    assert how(replace(HERE, instance="8")) == ""


# In a database


def story(database: Postgres, tell: Callable[[Connection], Awaitable[None]]) -> None:
    async def run() -> None:
        connection = await connect(database.dsn)
        try:
            await tell(connection)
        finally:
            await connection.close()

    asyncio.run(run())


async def look(connection: Connection) -> Setback | None:
    async with connection.transaction():
        return await setbacks.look(connection, NOON)


def test_the_first_who_looks_writes_down_where_it_is(any_store: Postgres) -> None:
    async def tell(connection: Connection) -> None:
        for _ in range(3):
            assert await look(connection) is None
        rows = await (await connection.execute("SELECT * FROM pgtoll.whereabouts")).fetchall()
        assert len(rows) == 1
        assert (rows[0][1].isdecimal(), rows[0][2]) == (True, 1)
        assert not await setbacks.is_copied(connection)

    story(any_store, tell)


def test_a_row_is_known_for_a_copy_whatever_becomes_of_it(any_store: Postgres) -> None:
    async def tell(connection: Connection) -> None:
        await look(connection)
        for command in ("VACUUM FREEZE", "VACUUM FULL"):
            await connection.execute(f"{command} pgtoll.whereabouts".encode())
            assert await look(connection) is None, "it is the same row"
        await connection.execute(
            "CREATE TABLE public.copy AS SELECT * FROM pgtoll.whereabouts;"
            "DELETE FROM pgtoll.whereabouts;"
            "INSERT INTO pgtoll.whereabouts SELECT * FROM public.copy"
        )
        assert await setbacks.is_copied(connection)
        found = await look(connection)
        assert found is not None
        assert found.how == "copied"
        assert await look(connection) is None, "it is told once"
        assert [one.how for one in await setbacks.read_open(connection)] == ["copied"]
        assert await setbacks.is_copied(connection), "until somebody has seen to it"
        assert await setbacks.settle(connection, "a test") == 1
        assert await setbacks.settle(connection, "a test") == 0
        assert await setbacks.read_open(connection) == ()
        assert not await setbacks.is_copied(connection)

    story(any_store, tell)


def test_a_file_from_before_the_restore_cannot_tell_what_came_after(
    store_database: Postgres,
) -> None:
    async def tell(connection: Connection) -> None:
        assert not await setbacks.is_older(connection, NOON, news=False)
        await connection.execute(
            "INSERT INTO pgtoll.setback (how, reason, found) VALUES ('restored', 'r', %s)", [NOON]
        )
        assert await setbacks.is_older(connection, hour(-1), news=False)
        assert await setbacks.is_older(connection, NOON, news=False), "it has nothing that is later"
        assert not await setbacks.is_older(connection, NOON, news=True)
        assert await setbacks.is_older(connection, None, news=False)
        assert not await setbacks.is_older(connection, hour(1), news=False)

    story(store_database, tell)
