"""Who is a license administrator, asked when somebody logs in and has to be told something."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

from pgtoll.errors import StoreError

log = logging.getLogger("pgtoll.managers")

FRESH_SECONDS = 1.0  # that an answer is good for: many may log in at once
PATIENCE_SECONDS = 1.0  # that a login waits for it; a reminder is worth no more


class Managers:
    """The members of role pgtoll_manager, those through other roles included."""

    def __init__(
        self,
        read: Callable[[], Awaitable[frozenset[str]]],
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self._read = read
        self._elapsed = elapsed
        self._names: frozenset[str] = frozenset()
        self._read_at = float("-inf")
        self._turn = asyncio.Lock()

    async def has(self, user: str) -> bool:
        """Tell whether a role is a member; False when the store does not say in time."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS), self._turn:
                if self._elapsed() - self._read_at >= FRESH_SECONDS:
                    self._names = await self._read()
                    self._read_at = self._elapsed()
        except (StoreError, TimeoutError) as exc:
            log.warning("nobody is reminded of licenses: %s", exc or "the store does not answer")
            return False
        return user in self._names
