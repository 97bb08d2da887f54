"""Pictures of real catalogs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
from psycopg.rows import TupleRow
from servers import Postgres

from pgtoll.catalog.snapshot import load_rows
from pgtoll_policy.bodies import read_body, read_statements
from pgtoll_policy.catalog import Catalog, build_catalog
from pgtoll_policy.reach import Reach, reach
from pgtoll_policy.routines import text_of


def picture(database: Postgres, *trusted: str, read: bool = False) -> Catalog:
    """Return the catalog of a database; with `read`, of bodies that were read."""

    async def load() -> Catalog:
        async with connected(database) as connection:
            rows = await load_rows(connection)
            texts = filter(None, map(text_of, rows.functions)) if read else ()
            bodies = {text: read_body(text) for text in texts}
            return build_catalog(rows, trusted=trusted, bodies=bodies)

    return asyncio.run(load())


@asynccontextmanager
async def connected(database: Postgres) -> AsyncIterator[psycopg.AsyncConnection[TupleRow]]:
    """Connect as the proxy does to read the catalog."""
    connection = await psycopg.AsyncConnection.connect(database.dsn, autocommit=True)
    async with connection:
        yield connection


def reach_of(sql: str, catalog: Catalog) -> Reach:
    """Return what the one statement of a text touches."""
    (statement,) = read_statements(sql).statements
    return reach(statement, catalog)
