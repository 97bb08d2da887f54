"""Tell the audit's trails of every change of licenses and seats, by whoever and however.

A proxy tells all that happens while it runs. What happened while none did is told by the first that
runs again: so each change is told at least once.
"""

import asyncio

from pgtoll.audit import Audit
from pgtoll.store.store import Store

AT_ONCE = 1_000  # that are put on a trail before there has to be room again
LEAST_ROOM = 2_000  # records that may wait on a trail meanwhile
ROOM_SECONDS = 30.0  # to wait for that
WRITTEN_SECONDS = 5.0  # to wait until what was told has been written
STEP_SECONDS = 0.02


class Following:
    """Reads on in the store from where it has come to."""

    def __init__(self, store: Store, audit: Audit) -> None:
        self._store, self._audit = store, audit
        self._version: str | None = None  # how far the trails were told

    async def tell(self) -> None:
        """Tell the trails of what is new. Raises StoreError; then it is told the next time."""
        if not self._audit.trails:
            self._version = None
            return
        begins = self._version is None
        if begins:
            self._version = await self._store.told()
        changes = await self._store.changes(self._version)
        for start in range(0, len(changes.entries), AT_ONCE):
            await self._wait(LEAST_ROOM, ROOM_SECONDS)
            for entry in changes.entries[start : start + AT_ONCE]:
                self._audit.trails.put(entry)
        self._version = changes.version
        if begins or changes.entries:
            await self._settle()

    async def _settle(self) -> None:
        """Let the store know, unless what was told may yet be lost: then it is told once more."""
        if self._version is not None and await self._wait(0, WRITTEN_SECONDS):
            await self._store.mark_told(self._version)

    async def _wait(self, most: int, seconds: float) -> bool:
        """Wait until so many records at most wait to be written; False when that takes long."""
        until = asyncio.get_running_loop().time() + seconds
        while self._audit.trails.waiting > most:
            if asyncio.get_running_loop().time() >= until:
                return False
            await asyncio.sleep(STEP_SECONDS)
        return True
