"""Databases with schema pgtoll: made once on each server as `init` makes it, then copied.

A copy costs a fifth of what `init` does. What is tested of `init` itself is tested where it runs.
"""

import asyncio
import secrets
from dataclasses import replace

from psycopg.errors import InvalidCatalogName
from servers import Postgres

from pgtoll.store.migrations import initialise

_originals: dict[tuple[str, int], str] = {}  # the database that is copied, by server


def new_store(server: Postgres, name: str) -> Postgres:
    """Create a database with schema pgtoll and nothing else beside this one, and return it."""
    database = replace(server, dbname=name)
    try:
        _copy(database)
    except (KeyError, InvalidCatalogName):  # the last: another server has got its port
        _make_original(server)
        _copy(database)
    return database


def make_store(database: Postgres) -> None:
    """Put a new database with schema pgtoll in the place of an empty one that nobody uses."""
    database.drop_database()
    new_store(replace(database, dbname="postgres"), database.dbname)


def drop_original(server: Postgres) -> None:
    """Leave nothing behind on a server that goes on when the tests have ended."""
    name = _originals.pop((server.host, server.port), None)
    if name is not None:
        replace(server, dbname=name).drop_database()


def _copy(database: Postgres) -> None:
    original = _originals[database.host, database.port]
    beside = replace(database, dbname="postgres")
    beside.execute(f'CREATE DATABASE "{database.dbname}" TEMPLATE "{original}"')


def _make_original(server: Postgres) -> None:
    database = server.new_database(f"original_{secrets.token_hex(6)}")
    asyncio.run(initialise(database.dsn))
    _originals[server.host, server.port] = database.dbname
