"""Databases with schema pgtoll in them, on the newest PostgreSQL and on the oldest."""

import asyncio
import secrets
from collections.abc import Iterator

import pytest
from servers import Postgres
from witnessed import Place

from pgtoll.migrations import initialise


@pytest.fixture
def store_database(database: Postgres) -> Postgres:
    """A database of its own, with schema pgtoll."""
    asyncio.run(initialise(database.dsn))
    return database


@pytest.fixture(scope="session")
def shared_store(postgres: Postgres) -> Iterator[Postgres]:
    """One database with schema pgtoll for many tests, on the newest server."""
    yield from _initialised(postgres)


@pytest.fixture(scope="session")
def shared_store15(postgres15: Postgres) -> Iterator[Postgres]:
    """The same on the oldest server."""
    yield from _initialised(postgres15)


@pytest.fixture(params=["shared_store", "shared_store15"])
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    """A schema of its own for one test, on the newest server and then on the oldest."""
    here = Place(request.getfixturevalue(request.param), f"place_{secrets.token_hex(4)}")
    here.database.execute(f"CREATE SCHEMA {here.schema}")
    try:
        yield here
    finally:
        here.database.execute(f"DROP SCHEMA {here.schema} CASCADE")


def _initialised(server: Postgres) -> Iterator[Postgres]:
    name = f"witness_{secrets.token_hex(4)}"
    database = server.new_database(name)
    try:
        asyncio.run(initialise(database.dsn))
        yield database
    finally:
        database.drop_database()
