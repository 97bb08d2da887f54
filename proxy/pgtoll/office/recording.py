"""Record what all proxies of a store see, for as long as somebody wants it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from pgtoll.errors import BadRecording, StoreError
from pgtoll.office.people import check_manager
from pgtoll.recording.batches import unpack
from pgtoll.recording.collection import Collection, Taking
from pgtoll.store import recordings
from pgtoll.store.link import Link

COLLECT_SECONDS = 1.0  # between looks at what proxies have handed over
PUT_OFF_EVERY = 5  # such looks
LAST_SECONDS = 5.0  # for proxies to hand over the last


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is."""

    seconds: float  # since it began
    workers: int
    statements: int
    shapes: int
    users: int
    trouble: str = ""  # why nothing could be collected just now


@dataclass(frozen=True, slots=True)
class Recorded:
    """What has come of it."""

    collection: Collection
    file: bytes
    cut_short: str  # why it ended before its time; "" when it did not
    silent: int  # workers that have not handed over the last
    kept: bool  # in the store, for the console


class Session:
    """One recording, from its beginning to its end."""

    def __init__(self, dsn: str, now: Callable[[], datetime], show: Callable[[Progress], None]):
        self._link = Link(dsn)
        self._now = now
        self._show = show
        self._collection = Collection()
        self._cut_short = ""

    async def run(
        self, ended: asyncio.Event, *, seconds: float | None, keep_days: int, program: str
    ) -> Recorded:
        """Record until `ended` is set, or for so long. Raises StoreError when it cannot begin."""
        try:
            order, who = await self._begin()
        except BaseException:
            await self._link.close()
            raise
        began = self._now()
        try:
            await self._go_on(order, ended, seconds)
            await self._end(order)
            taking = Taking(int(began.timestamp()), int(self._now().timestamp()), who, program)
            file = await asyncio.to_thread(self._collection.as_file, taking)
            kept = await self._keep(file, keep_days)
            silent = self._collection.waiting
            return Recorded(self._collection, file, self._cut_short, silent, kept)
        finally:
            await asyncio.shield(self._forget(order))

    async def _begin(self) -> tuple[int, str]:
        """Have proxies record; return what it is called, and who does it."""
        async with self._link.transaction("begin to record") as connection:
            cursor = await connection.execute("SELECT session_user")
            ((who,),) = await cursor.fetchall()
            await check_manager(connection, who)
            return await recordings.begin(connection), who

    async def _go_on(self, order: int, ended: asyncio.Event, seconds: float | None) -> None:
        loop = asyncio.get_running_loop()
        began, looks = loop.time(), 0
        while not (ended.is_set() or self._cut_short):
            left = COLLECT_SECONDS if seconds is None else began + seconds - loop.time()
            if left <= 0:
                return
            try:
                async with asyncio.timeout(min(left, COLLECT_SECONDS)):
                    await ended.wait()
            except TimeoutError:
                pass
            looks += 1
            trouble = await self._look(order, put_off=looks % PUT_OFF_EVERY == 1)
            self._show(self._progress(loop.time() - began, trouble))

    async def _look(self, order: int, *, put_off: bool) -> str:
        """Collect what there is, and have it go on; return why that could not be done."""
        try:
            async with self._link.transaction("record") as connection:
                if put_off and not await recordings.put_off(connection, order):
                    self._cut_short = "somebody has ended it, or the store was away for too long"
                batches = await recordings.collect(connection, order)
        except StoreError as exc:
            return str(exc)
        trouble = ""
        for batch in batches:
            try:
                self._collection.add(await asyncio.to_thread(unpack, batch))
            except BadRecording as exc:
                trouble = str(exc)
        return trouble

    async def _end(self, order: int) -> None:
        """Have proxies stop, and take the last that they have."""
        loop = asyncio.get_running_loop()
        until = loop.time() + LAST_SECONDS
        try:
            async with self._link.transaction("end the recording") as connection:
                await recordings.finish(connection, order)
        except StoreError as exc:
            self._cut_short = self._cut_short or str(exc)
            return
        while True:
            await self._look(order, put_off=False)
            if not self._collection.waiting or loop.time() >= until:
                return
            await asyncio.sleep(0.1)

    async def _keep(self, file: bytes, days: int) -> bool:
        if not days or len(file) > recordings.LARGEST_KEPT:
            return False
        try:
            async with self._link.transaction("keep the recording") as connection:
                await recordings.keep(connection, file, days)
        except StoreError:
            return False
        return True

    async def _forget(self, order: int) -> None:
        try:
            async with self._link.transaction("end the recording") as connection:
                await recordings.forget(connection, order)
        except StoreError:
            pass  # proxies stop by themselves, and clear it away
        await self._link.close()

    def _progress(self, seconds: float, trouble: str) -> Progress:
        all_ = self._collection
        counts = (len(all_.sources), all_.statements, len(all_.shapes), len(all_.users))
        return Progress(seconds, *counts, trouble)
