"""Which marks an answer confirms; live, what takes and confirms them."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import psycopg
import pytest
from catalog_samples import CATALOG, SEATED
from gates import gate_of
from psycopg.rows import TupleRow
from servers import Postgres

from pgtoll.catalog.marks import (
    MOST_BEHIND,
    UNKNOWN,
    Answer,
    Confirming,
    Mark,
    forget_old,
    take_mark,
)

Connection = psycopg.AsyncConnection[TupleRow]


@pytest.mark.parametrize(
    ("mark", "counted", "in_force", "running", "confirmed"),
    [
        (Mark(7), 7, 7, {5}, True),
        (Mark(7), 9, 7, {5}, True),  # it is not in force, or never will be
        (Mark(7), 9, 8, {5}, False),
        (Mark(7, frozenset({5})), 7, 7, {5, 6}, True),
        (Mark(7, frozenset({5})), 7, 7, {6}, False),  # its end may have brought it into force
        (Mark(7, frozenset({100})), 7, 7, set(), True),
        (Mark(7), 8 + MOST_BEHIND, 7, set(), False),
        (UNKNOWN, 1, 0, set(), False),
    ],
)
def test_a_mark_holds_until_something_comes_into_force(
    mark: Mark, counted: int, in_force: int, running: set[int], confirmed: bool
) -> None:
    assert Answer(counted, in_force, frozenset(running), 100).confirms(mark) is confirmed


def test_a_check_is_asked_for_by_the_mark_until_anything_changes() -> None:
    gate = gate_of(SEATED, mark=Mark(7, frozenset({9, 5})))
    judge = gate.judge("bob")
    text = judge.steady(judge.mark, final=True)
    assert text.startswith(b"SELECT COALESCE(pgtoll.steady(7,ARRAY[5,9]::bigint[]),")
    assert text.endswith(b",true,false))")
    assert judge.steady(judge.mark, final=True) is text
    assert judge.steady(judge.mark, final=False).endswith(b",false,false))")
    assert b"steady(8," in judge.steady(Mark(8), final=True)
    assert judge.steady(None, final=True) == judge.witness(final=True, watched=False)
    risky = replace(CATALOG, ambient_unwatchable="dblink")
    gate.picture = replace(gate.picture, catalog=risky, product_ids={"base": 1, "marketing": 3})
    text = judge.steady(Mark(8), final=True)
    assert text.endswith(b"ARRAY[3]::int[],true,true))")
    assert judge.clear is False
    assert judge.steady(Mark(8), final=True) == text


def on(database: Postgres, story: Callable[[Connection, Confirming], Awaitable[None]]) -> None:
    """Run a story with a connection that takes marks and one that confirms them."""

    async def tell() -> None:
        confirming = Confirming(database.dsn)
        connection = await psycopg.AsyncConnection.connect(database.dsn, autocommit=True)
        try:
            await story(connection, confirming)
        finally:
            await connection.close()
            await confirming.close()

    asyncio.run(tell())


@pytest.fixture
def counting(any_store: Postgres) -> Postgres:
    return any_store


@pytest.mark.live
@pytest.mark.timeout(60)
@pytest.mark.parametrize("end", ["COMMIT", "ROLLBACK"])
def test_what_is_in_progress_counts_when_it_is_committed(counting: Postgres, end: str) -> None:
    async def story(connection: Connection, confirming: Confirming) -> None:
        before = await take_mark(connection)
        with counting.connect() as other:
            other.execute("BEGIN")
            other.execute("CREATE TABLE made (id int)")
            during = await take_mark(connection)
            assert before is not None
            assert during is not None
            assert len(during.running) == 1
            assert await confirming.holds(before)
            assert await confirming.holds(during)
            other.execute(end.encode())
        assert await confirming.holds(before) is (end == "ROLLBACK")
        assert not await confirming.holds(during)
        after = await take_mark(connection)
        assert after == Mark(before.counted + 1)

    on(counting, story)


@pytest.mark.live
@pytest.mark.timeout(60)
def test_many_ask_at_once(counting: Postgres) -> None:
    async def story(connection: Connection, confirming: Confirming) -> None:
        mark = await take_mark(connection)
        assert mark is not None
        asked = (confirming.holds(one) for one in [mark, UNKNOWN] * 20)
        assert await asyncio.gather(*asked) == [True, False] * 20

    on(counting, story)


@pytest.mark.live
@pytest.mark.timeout(60)
def test_who_cannot_ask_confirms_nothing(counting: Postgres) -> None:
    async def story(connection: Connection, confirming: Confirming) -> None:
        for name in ("ddl_end", "sql_drop"):
            await connection.execute(f"DROP EVENT TRIGGER pgtoll_{name}".encode())
        await connection.execute("DROP TABLE pgtoll.ddl")
        assert not await confirming.holds(Mark(1))

    on(counting, story)


@pytest.mark.live
@pytest.mark.timeout(60)
def test_temporary_tables_are_nobody_elses_business(counting: Postgres) -> None:
    async def story(connection: Connection, confirming: Confirming) -> None:
        mark = await take_mark(connection)
        await connection.execute("CREATE TEMP TABLE t (id int PRIMARY KEY, n serial)")
        await connection.execute("DROP TABLE t")
        assert await take_mark(connection) == mark
        await connection.execute("CREATE FUNCTION pg_temp.f() RETURNS int RETURN 1")
        assert await take_mark(connection) != mark

    on(counting, story)


@pytest.mark.live
@pytest.mark.timeout(60)
def test_ddl_is_counted_whatever_its_session_has_set(counting: Postgres) -> None:
    async def story(connection: Connection, confirming: Confirming) -> None:
        mark = await take_mark(connection)
        assert mark is not None
        await connection.execute("SET session_replication_role = replica")
        await connection.execute("CREATE TABLE made (id int)")
        assert not await confirming.holds(mark)

    on(counting, story)


@pytest.mark.live
@pytest.mark.timeout(60)
def test_old_rows_are_forgotten(counting: Postgres) -> None:
    async def story(connection: Connection, confirming: Confirming) -> None:
        before = await rows(connection)
        await connection.execute("CREATE TABLE made (id int)")
        await forget_old(connection)
        assert await rows(connection) == before + 1
        await connection.execute("SELECT setval('pgtoll.ddl_count', %s)", [10 * MOST_BEHIND])
        await forget_old(connection)
        assert await rows(connection) == 0

    on(counting, story)


async def rows(connection: Connection) -> int:
    cursor = await connection.execute("SELECT count(*) FROM pgtoll.ddl")
    (row,) = await cursor.fetchall()
    return int(row[0])


@pytest.mark.live
@pytest.mark.timeout(60)
def test_where_nobody_counts_there_is_no_mark(counting: Postgres) -> None:
    async def story(connection: Connection, confirming: Confirming) -> None:
        await connection.execute("ALTER EVENT TRIGGER pgtoll_sql_drop DISABLE")
        assert await take_mark(connection) is None

    on(counting, story)


@pytest.mark.live
@pytest.mark.timeout(60)
def test_whoever_changes_the_catalog_keeps_what_lastval_says(counting: Postgres) -> None:
    with counting.connect() as session:
        session.execute("CREATE TABLE made (id int)")
        with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState):
            session.execute("SELECT lastval()")
        session.execute("CREATE SEQUENCE numbers START 7")
        session.execute("SELECT nextval('numbers')")
        session.execute("DROP TABLE made")
        assert session.execute("SELECT lastval()").fetchone() == (7,)


@pytest.mark.live
@pytest.mark.timeout(60)
def test_each_of_many_at_once_is_counted(counting: Postgres) -> None:
    def count(session: psycopg.Connection[TupleRow]) -> set[int]:
        counted = session.execute("SELECT pgtoll.count_ddl() FROM generate_series(1, 5000)")
        return {number for (number,) in counted}

    async def story(connection: Connection, _: Confirming) -> None:
        mark = await take_mark(connection)
        before = mark.counted if mark else 0
        with counting.connect() as one, counting.connect() as two:
            threads = (asyncio.to_thread(count, session) for session in (one, two))
            numbers = set[int]().union(*await asyncio.gather(*threads))
        assert numbers == set(range(before + 1, before + 10_001))
        assert await take_mark(connection) == Mark(before + 10_000)

    on(counting, story)


@pytest.mark.live
@pytest.mark.timeout(60)
def test_nobody_waits_for_the_end_of_anothers_ddl(counting: Postgres) -> None:
    with counting.connect(autocommit=False) as slow, counting.connect() as quick:
        slow.execute("CREATE TABLE mine (id int)")
        quick.execute("SET lock_timeout = '1s'")
        quick.execute("CREATE TABLE yours (id int)")
        slow.rollback()
