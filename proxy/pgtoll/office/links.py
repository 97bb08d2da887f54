"""A few connections for many people: one who waits for a lock holds up nobody else."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pgtoll.store.link import Connection, Link

LINKS = 4  # connections to one database: more actions at once wait for each other


class Links:
    """Connections to one database, opened when they are needed."""

    def __init__(self, dsn: str, count: int = LINKS) -> None:
        self._links = [Link(dsn) for _ in range(count)]
        # The one used last comes first: what is never needed is never opened.
        self._idle: asyncio.LifoQueue[Link] = asyncio.LifoQueue()
        for link in reversed(self._links):
            self._idle.put_nowait(link)

    @asynccontextmanager
    async def transaction(self, doing: str) -> AsyncIterator[Connection]:
        """Yield a connection in a transaction, which any exception undoes. Raises StoreError."""
        link = await self._idle.get()
        try:
            async with link.transaction(doing) as connection:
                yield connection
        finally:
            self._idle.put_nowait(link)

    @asynccontextmanager
    async def moment(self, doing: str) -> AsyncIterator[Connection]:
        """Yield a connection that shows everything as it is at one moment, and changes nothing."""
        async with self.transaction(doing) as connection:
            await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield connection

    async def open(self) -> None:
        """Reach the database now rather than when first needed. Raises StoreError."""
        await self._links[0].open()

    async def close(self) -> None:
        """Close all connections."""
        for link in self._links:
            await link.close()
