"""Who may act, and for whom it is recorded."""

import asyncio

import pytest
from officing import moment, people
from servers import Postgres

from pgtoll.office.people import act_for, check_manager, login_roles
from pgtoll.office.refusals import NotAManager


def test_a_manager_is_a_member_who_may_log_in_now(store_database: Postgres) -> None:
    async def refused(actor: str) -> bool:
        async with moment(store_database) as connection:
            try:
                await check_manager(connection, actor)
            except NotAManager:
                return True
        return False

    with people(store_database) as (anna, bea, carl):
        assert not asyncio.run(refused(anna))
        assert not asyncio.run(refused(store_database.user))
        assert asyncio.run(refused(carl))
        assert asyncio.run(refused(anna.upper()))
        store_database.execute(
            f"ALTER ROLE {anna} NOLOGIN; ALTER ROLE {bea} VALID UNTIL '2001-01-01'"
        )
        assert asyncio.run(refused(anna))
        assert asyncio.run(refused(bea))


@pytest.mark.parametrize("name", ["o'neil", 'a"b', "мария", "a:b"])
def test_any_name_may_act(store_database: Postgres, name: str) -> None:
    async def acting() -> object:
        async with moment(store_database) as connection:
            await act_for(connection, name)
            cursor = await connection.execute("SELECT pgtoll.acting()")
            return await cursor.fetchone()

    assert asyncio.run(acting()) == (name,)


def test_login_roles_are_told_from_other_names(database: Postgres) -> None:
    async def found() -> frozenset[str]:
        async with moment(database) as connection:
            return await login_roles(connection, [database.user, "pg_monitor", "nobody"])

    assert asyncio.run(found()) == {database.user}
