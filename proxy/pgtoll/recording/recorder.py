"""Records what this worker's sessions send, while the store says that somebody wants it.

As long as nobody does, it waits for a notification, and has no connection.
"""

import asyncio
import logging
import secrets
import time
from contextlib import suppress

from pgtoll.errors import PgtollError, StoreError
from pgtoll.gate import Gate
from pgtoll.parsing.learning import Reader, learn_long
from pgtoll.recording.batches import Source, pack
from pgtoll.recording.tally import Harvest, Tally, Waiting
from pgtoll.store import recordings
from pgtoll.store.link import Link
from pgtoll.store.recordings import Order
from pgtoll_policy.facts import Script
from pgtoll_policy.shape import MAX_BYTES

log = logging.getLogger("pgtoll.recorder")

WRITE_SECONDS = 1.0  # between batches
LOOK_SECONDS = 0.05  # between looks for texts to be read
REST_SECONDS = 3.0  # for what is not read yet, when a recording ends
END_SECONDS = 3.0  # for the last batch, when the program ends
RETRY_SECONDS = 1.0  # before another attempt at what failed


class Recorder:
    """One worker's part in a recording."""

    def __init__(self, dsn: str, gate: Gate, read: Reader, heard: asyncio.Event) -> None:
        """`heard` is set when a recording may have begun or ended."""
        self._link = Link(dsn)
        self._gate = gate
        self._read = read
        self._heard = heard
        self._order: Order | None = None  # that is followed
        self._until = 0.0  # how long it is good for, by the loop's clock
        self._source = Source("", False, False)
        self._told: set[str] = set()  # shapes that were handed over

    async def run(self) -> None:
        """Follow what the store says until cancelled."""
        while True:
            await self._heard.wait()
            self._heard.clear()
            try:
                await self._look()
                while self._order is not None:
                    await self._record()
            except StoreError as exc:
                log.warning("it is not known whether to record: %s", exc)
                await asyncio.sleep(RETRY_SECONDS)
                self._heard.set()
            except Exception:  # clients are served all the same
                log.exception("nothing is recorded any more")
                self._order = None
            if self._order is None:
                self._stop()
                await self._link.close()

    async def end(self) -> None:
        """Hand over what is left: the program ends."""
        with suppress(StoreError, TimeoutError):
            async with asyncio.timeout(END_SECONDS):
                if self._order is not None and (tally := self._stop()) is not None:
                    tally.read_no_more()
                    await self._write(tally, last=True)
        await self._link.close()

    async def _look(self) -> None:
        """See what there is to do."""
        async with self._link.transaction("read what is to be recorded") as connection:
            order = await recordings.read_order(connection)
        self._follow(None if order is None or order.ended else order)

    def _follow(self, order: Order | None) -> None:
        self._order = order
        if order is not None:
            self._until = asyncio.get_running_loop().time() + order.seconds

    async def _record(self) -> None:
        """Record until that has ended, or nobody has said for too long that it goes on."""
        assert self._order is not None  # noqa: S101
        began, self._told = self._order.id, set()
        self._source = Source(secrets.token_hex(8), self._gate.observe, self._gate.strict)
        tally = Tally(self._gate.facts, lambda: self._gate.picture.catalog, _second())
        self._gate.record(tally)
        log.info("recording what is sent, until further notice")
        try:
            async with asyncio.TaskGroup() as tasks:
                reading = tasks.create_task(self._read_on(tally))
                await self._write_on(tally, began)
                reading.cancel()
        finally:
            if not _being_cancelled():  # then `end` does the rest
                self._stop()
        log.info("nothing is recorded any more")

    def _stop(self) -> Tally | None:
        tally = self._gate.tally
        if tally is not None:
            self._gate.record(None)
        return tally

    async def _write_on(self, tally: Tally, began: int) -> None:
        """Write a batch each second, the last when the recording has ended."""
        await self._wrote(tally, last=False)  # so that it is known who takes part
        while self._order is not None and self._order.id == began:
            with suppress(TimeoutError):
                async with asyncio.timeout(WRITE_SECONDS):
                    await self._heard.wait()
            self._heard.clear()
            tally.second = _second()
            ends = await self._has_ended(began)
            if ends:
                self._stop()
                await self._read_rest(tally)
            await self._wrote(tally, last=ends)
            if ends:
                self._order = None
                self._heard.set()  # another may have begun

    async def _has_ended(self, began: int) -> bool:
        loop = asyncio.get_running_loop()
        try:
            async with self._link.transaction("read what is to be recorded") as connection:
                order = await recordings.read_order(connection)
                if order is None:
                    await recordings.clear_away(connection)
        except StoreError as exc:
            log.warning("it is not known whether to go on recording: %s", exc)
            return loop.time() >= self._until
        if order is not None and order.id == began:
            self._until = loop.time() + order.seconds
        return order is None or order.id != began or order.ended

    async def _wrote(self, tally: Tally, *, last: bool) -> None:
        try:
            await self._write(tally, last=last)
        except StoreError as exc:
            log.warning("what was recorded waits for the store: %s", exc)

    async def _write(self, tally: Tally, *, last: bool) -> None:
        """Hand over what was counted. Raises StoreError, and then it is counted still."""
        if self._order is None:
            return
        harvest = tally.harvest()
        batch = await asyncio.to_thread(pack, self._source, harvest, self._told, last=last)
        try:
            async with self._link.transaction("hand over what was recorded") as connection:
                await recordings.hand_over(connection, self._order.id, batch)
        except BaseException:
            tally.put_back(harvest)
            raise
        self._note_told(harvest)

    def _note_told(self, harvest: Harvest) -> None:
        self._told.update(harvest.shapes)

    # What nobody has read, since it is refused to nobody

    async def _read_on(self, tally: Tally) -> None:
        while True:
            if (waiting := tally.next_unread()) is None:
                await asyncio.sleep(LOOK_SECONDS)
                continue
            tally.learned(waiting, await self._learn(waiting))

    async def _read_rest(self, tally: Tally) -> None:
        """Wait until all is read, but not for long: somebody waits for the last batch."""
        until = asyncio.get_running_loop().time() + REST_SECONDS
        while tally.reads and asyncio.get_running_loop().time() < until:  # noqa: ASYNC110
            await asyncio.sleep(LOOK_SECONDS)
        tally.read_no_more()

    async def _learn(self, waiting: Waiting) -> Script | None:
        said, facts = waiting.said, self._gate.facts
        shapeable = said.sql if said.plain else None
        try:
            if shapeable is not None and len(said.sql) > MAX_BYTES:
                await learn_long(facts, said.sql, self._read, waiting.user)
                found = facts.find(said.key, shapeable)
                return found.script if found else None
            script = await self._read(
                waiting.text, standard_conforming_strings=said.standard, user=waiting.user
            )
        except (PgtollError, OSError) as exc:
            log.warning("a statement that is recorded was not read: %s", exc)
            return None
        return facts.keep(said.key, shapeable, script).script


def _second() -> int:
    return int(time.time())  # noqa: TID251 (this is an edge that asks the clock)


def _being_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
