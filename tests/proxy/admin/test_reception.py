"""Which clients want the console; how they are let in is tests/live/test_admin_console.py."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from raw_client import startup

from pgtoll.admin.program import Processes
from pgtoll.admin.reception import Reception
from pgtoll.config import Admin, Config
from pgtoll.program.control import Request
from pgtoll.wire.startup import Startup, read_opening


async def nobody(_: Request) -> object:
    return []


def reception(name: str = "pgtoll", served: str = "shop") -> Reception:
    config = replace(Config(), admin=Admin(database=name))
    return Reception(Processes(nobody, lambda: config), lambda: datetime.now(UTC), served)


def packet(**parameters: str) -> Startup:
    read = read_opening(startup(**parameters))
    assert read is not None
    assert isinstance(read[0], Startup)
    return read[0]


def test_a_client_asks_for_the_console_by_its_name() -> None:
    assert reception().takes(packet(user="anna", database="pgtoll"))
    assert reception("toll").takes(packet(user="anna", database="toll"))
    assert reception("anna").takes(packet(user="anna"))


@pytest.mark.parametrize("database", ["shop", "PGTOLL", "pgtoll ", ""])
def test_any_other_name_is_a_databases(database: str) -> None:
    assert not reception().takes(packet(user="anna", database=database))


def test_the_database_behind_the_proxy_keeps_its_name() -> None:
    assert not reception(served="pgtoll").takes(packet(user="anna", database="pgtoll"))


def test_replication_is_no_console() -> None:
    found = packet(user="anna", database="pgtoll", replication="database")
    assert not reception().takes(found)


def test_the_server_checks_the_client_for_the_served_database() -> None:
    asked = packet(user="anna", database="pgtoll", application_name="psql")
    read = read_opening(reception().as_served(asked).raw)
    assert read is not None
    assert isinstance(read[0], Startup)
    assert read[0].parameters == asked.parameters | {"database": "shop"}
