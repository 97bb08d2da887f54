"""Cancel requests on their way to PostgreSQL: so many at a time, and so many that wait."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable

from pgtoll.errors import TooManyClients
from pgtoll.wire.startup import CancelRequest

AT_ONCE = 32  # each is a connection to every host of the server
MOST = 1000  # that are on their way or wait, in this process
MOST_OF_ADDRESS = 250


class Cancelling:
    """Passes cancel requests on."""

    def __init__(self, send: Callable[[CancelRequest], Awaitable[None]]) -> None:
        self._send = send
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._waiting: Counter[str] = Counter()  # by address; Unix sockets share one

    async def pass_on(self, packet: CancelRequest, address: str) -> None:
        """Send a request when its turn has come. Raises TooManyClients, ServerUnavailable."""
        full = self._waiting[address] >= MOST_OF_ADDRESS if address else False
        if full or self._waiting.total() >= MOST:
            raise TooManyClients("too many cancel requests")
        self._waiting[address] += 1
        try:
            async with self._turns:
                await self._send(packet)
        finally:
            self._waiting[address] -= 1
            if not self._waiting[address]:
                del self._waiting[address]
