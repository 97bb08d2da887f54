"""Applications ask by their own connections, whatever the driver and the kind of its rows."""

import asyncio
from collections.abc import Awaitable, Callable

import asyncpg
import psycopg
import pytest
from licensees import People, hold, licensed
from operation_examples import USE
from psycopg.rows import dict_row, namedtuple_row, scalar_row, tuple_row

from pgtoll.client import (
    LicenseException,
    check_operation_license,
    check_operation_license_async,
    has_operation_license,
    has_operation_license_async,
)

pytestmark = pytest.mark.live


@pytest.mark.parametrize("rows", [tuple_row, dict_row, namedtuple_row, scalar_row])
def test_any_kind_of_row_will_do(rows: Callable[[object], object], people: People) -> None:
    licensed(people)
    for user, allowed in ((people.alice, True), (people.bob, False)):
        with people.session(user, autocommit=False) as session:
            session.row_factory = rows  # type: ignore[assignment]
            assert has_operation_license(USE, session) is allowed
            with session.cursor() as cursor:
                assert has_operation_license(USE, cursor) is allowed


def test_a_refusal_leaves_the_transaction_in_order(people: People) -> None:
    licensed(people)
    with people.session(people.bob, autocommit=False) as session:
        with pytest.raises(LicenseException) as caught:
            check_operation_license(USE, session)
        assert session.execute("SELECT 1").fetchone() == (1,)
    refused = caught.value
    assert (refused.operation, refused.product, refused.user, refused.reason) == (
        USE, "marketing", people.bob, "user has no seat of the personal license",
    )  # fmt: skip
    assert refused.hint.endswith(f"pgtoll seats grant marketing {people.bob}")
    with people.session(people.alice) as session:
        check_operation_license(USE, session)


@pytest.mark.parametrize("code", ["MrktApp.Uze", "", "x'; SELECT true --", "100%s", "\udcff"])
def test_a_code_of_no_product_is_refused(code: str, people: People) -> None:
    hold(people.database)
    with people.session(people.bob) as session:
        assert has_operation_license(code, session) is False
        with pytest.raises(LicenseException) as caught:
            check_operation_license(code, session)
    assert (caught.value.operation, caught.value.product) == (code, "")
    assert caught.value.user == people.bob


def test_a_connection_that_is_lost_is_the_drivers_error(people: People) -> None:
    session = people.session(people.alice)
    session.close()
    with pytest.raises(psycopg.OperationalError):
        has_operation_license(USE, session)


async def answers(connection: object, *, allowed: bool) -> None:
    assert await has_operation_license_async(USE, connection) is allowed
    if allowed:
        await check_operation_license_async(USE, connection)
        return
    with pytest.raises(LicenseException) as caught:
        await check_operation_license_async(USE, connection)
    assert caught.value.reason == "user has no seat of the personal license"


async def by_psycopg(people: People, user: str, allowed: bool) -> None:
    dsn = people.database.dsn
    async with await psycopg.AsyncConnection.connect(dsn, user=user) as connection:
        await answers(connection, allowed=allowed)
        async with connection.cursor() as cursor:
            await answers(cursor, allowed=allowed)


async def by_asyncpg(people: People, user: str, allowed: bool) -> None:
    database = people.database
    where = {"host": database.host, "port": database.port, "database": database.dbname}
    connection = await asyncpg.connect(user=user, **where)
    try:
        await answers(connection, allowed=allowed)
    finally:
        await connection.close()
    async with asyncpg.create_pool(user=user, min_size=1, max_size=1, **where) as pool:
        await answers(pool, allowed=allowed)


@pytest.mark.parametrize("ask", [by_psycopg, by_asyncpg])
def test_asynchronous_drivers(
    ask: Callable[[People, str, bool], Awaitable[None]], people: People
) -> None:
    licensed(people)

    async def story() -> None:
        await ask(people, people.alice, True)
        await ask(people, people.bob, False)

    asyncio.run(story())
