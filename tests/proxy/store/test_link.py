"""Connections to the store, and how their failures read."""

import asyncio

import pytest
from psycopg import errors
from psycopg.conninfo import make_conninfo
from servers import Postgres, free_port

from pgtoll.errors import StoreError
from pgtoll.store.link import Link, connect, connect_uncounted, first_line, store_errors


def test_a_server_that_is_not_there_is_a_store_error() -> None:
    dsn = f"host=127.0.0.1 port={free_port()} password=hush"
    with pytest.raises(StoreError, match="cannot connect to the store") as caught:
        asyncio.run(connect(dsn))
    assert "hush" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_connection_string_that_is_none_is_a_store_error() -> None:
    with pytest.raises(StoreError, match="cannot connect"):
        asyncio.run(connect("what is this"))


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        (errors.UndefinedTable("no table"), "run pgtoll init"),
        (errors.InvalidSchemaName("no schema"), "run pgtoll init"),
        (errors.InsufficientPrivilege("denied"), "pgtoll_manager"),
        (errors.DiskFull("disk full\nat once"), "cannot read: disk full"),
    ],
)
def test_errors_say_what_to_do(error: Exception, advice: str) -> None:
    async def fail() -> None:
        async with store_errors("read"):
            raise error

    with pytest.raises(StoreError, match=advice):
        asyncio.run(fail())


def test_an_error_without_text_has_its_name() -> None:
    assert first_line(TimeoutError()) == "TimeoutError"


def test_a_link_that_was_never_open_can_be_closed() -> None:
    asyncio.run(Link("").close())


@pytest.mark.parametrize("superuser", [True, False])
def test_a_superuser_s_look_ups_are_not_counted(any_database: Postgres, superuser: bool) -> None:
    any_database.execute("DROP ROLE IF EXISTS looker; CREATE ROLE looker LOGIN")
    dsn = any_database.dsn if superuser else make_conninfo(any_database.dsn, user="looker")

    async def counts() -> object:
        connection = await connect_uncounted(dsn)
        async with connection:
            row = await (await connection.execute("SHOW track_counts")).fetchone()
        return row and row[0]

    assert asyncio.run(counts()) == ("off" if superuser else "on")
