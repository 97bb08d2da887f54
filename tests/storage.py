"""A store to tell a story with."""

import asyncio
from collections.abc import Awaitable, Callable

from servers import Postgres

from pgtoll.store.store import Store


def in_store(database: Postgres, story: Callable[[Store], Awaitable[None]]) -> None:
    """Run a story that needs one store of a database."""

    async def tell() -> None:
        store = await Store.connect(database.dsn)
        try:
            await story(store)
        finally:
            await store.close()

    asyncio.run(tell())
