"""Write to the store what the audit has collected; what cannot be written waits."""

import asyncio
import logging

from pgtoll.audit import Audit
from pgtoll.errors import PgtollError
from pgtoll.store.store import Store

log = logging.getLogger("pgtoll.audit_writing")

RECORD_SECONDS = 1.0  # between two times that it is written
END_SECONDS = 3.0  # for the last of it, when the program ends


class AuditWriting:
    """Hands the records of one process to the store, and lets its trails end in order."""

    def __init__(self, audit: Audit, store: Store) -> None:
        self._audit, self._store = audit, store
        self._turn = asyncio.Lock()
        self._on_their_way = 0

    @property
    def backlog(self) -> int:
        """How many records have yet to be written, here or by a trail."""
        return self._on_their_way + self._audit.waiting + self._audit.trails.waiting

    async def write(self) -> None:
        """Write what waits for the store. Raises StoreError; then it waits on."""
        async with self._turn:
            records = self._audit.take()
            if not records:
                return
            self._on_their_way = len(records)
            try:
                await self._store.record(records, self._audit.trails.proxy)
            except BaseException:
                self._audit.give_back(records)
                raise
            finally:
                self._on_their_way = 0

    async def end(self) -> None:
        """Write what is left, everywhere, as far as that is possible in a few seconds."""
        finishing = asyncio.to_thread(self._audit.trails.finish, END_SECONDS)
        await asyncio.gather(self._write_last(), finishing)

    async def _write_last(self) -> None:
        try:
            async with asyncio.timeout(END_SECONDS):
                await self.write()
        except (PgtollError, TimeoutError) as exc:
            reason = exc if str(exc) else "the store does not answer"
            log.warning("%d records were not stored: %s", self._audit.waiting, reason)
