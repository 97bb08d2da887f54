"""Hold clients back between their transactions, as PgBouncer's PAUSE does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from pgtoll.relay import Link

LOOK_SECONDS = 0.02  # between looks at which transactions have ended
_WHY = "pause"  # one of the reasons for which a socket is not read


class Pausing:
    """Whether clients are held back. Those that come meanwhile wait before they log in."""

    def __init__(self, links: Callable[[], Iterable[Link]]) -> None:
        self._links = links
        self._running = asyncio.Event()
        self._running.set()
        self._quiet = asyncio.Event()  # nobody is in a transaction
        self._next: asyncio.TimerHandle | None = None

    @property
    def on(self) -> bool:
        return not self._running.is_set()

    async def over(self) -> None:
        """Wait until clients are not held back."""
        await self._running.wait()

    async def begin(self) -> None:
        """Hold clients back; return when the last transaction has ended, or all go on."""
        if not self.on:
            self._running.clear()
            self._quiet.clear()
            self._hold()
        await self._quiet.wait()

    def end(self) -> None:
        """Let clients go on."""
        self._running.set()
        self._quiet.set()
        if self._next is not None:
            self._next.cancel()
        for link in self._links():
            link.client.read(True, why=_WHY)

    def _hold(self) -> None:
        """Hold those that are in no transaction.

        What was read already may begin one yet: so this goes on until the end.
        """
        busy = [link for link in self._links() if not _held(link)]
        if not busy:
            self._quiet.set()
        self._next = asyncio.get_running_loop().call_later(LOOK_SECONDS, self._hold)


def _held(link: Link) -> bool:
    """Read no more of a client that is not in a transaction; return whether it was not."""
    busy = link.session.busy
    link.client.read(busy, why=_WHY)
    return not busy
