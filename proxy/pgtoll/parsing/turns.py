"""One thing that many want: each owner in turn, however many requests each of them has."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Turns:
    """A lock whose waiters are served by owner, round and round, and by age within an owner."""

    def __init__(self) -> None:
        self._taken = False
        # Who waits; the owner whose turn is next comes first.
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}

    @asynccontextmanager
    async def turn(self, owner: str) -> AsyncIterator[None]:
        """Hold the thing for as long as the context lasts."""
        await self._take(owner)
        try:
            yield
        finally:
            self._pass_on()

    async def _take(self, owner: str) -> None:
        if not self._taken:
            self._taken = True
            return
        mine = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(owner, deque()).append(mine)
        try:
            await mine
        except asyncio.CancelledError:
            self._leave(owner, mine)
            raise

    def _leave(self, owner: str, mine: asyncio.Future[None]) -> None:
        """Somebody waits no longer; a turn that was given to them already is the next one's."""
        if mine.done() and not mine.cancelled():
            self._pass_on()
            return
        queue = self._waiting.get(owner)
        if queue is not None and mine in queue:
            queue.remove(mine)

    def _pass_on(self) -> None:
        while self._waiting:
            owner = next(iter(self._waiting))
            queue = self._waiting.pop(owner)
            given = _given(queue)
            if queue:
                self._waiting[owner] = queue  # behind all others
            if given:
                return
        self._taken = False


def _given(queue: deque[asyncio.Future[None]]) -> bool:
    """Give the turn to the first of a queue that still waits for it."""
    while queue:
        waiter = queue.popleft()
        if not waiter.done():
            waiter.set_result(None)
            return True
    return False
