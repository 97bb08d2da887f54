"""Recordings of what real proxies see, taken while a test does something."""

import asyncio
import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from pgtoll.clock import system_time
from pgtoll.office.recording import Progress, Recorded, Session
from pgtoll.recording.files import Recording
from pgtoll.recording.shapes import Shape
from pgtoll.recording.tally import Count, Entry

SOON = 20.0  # seconds for proxies to take part, and for the last to be handed over


@dataclass
class Taken:
    """A recording: its file, when it has ended."""

    result: Recorded | None = None
    progress: list[Progress] = field(default_factory=list)
    failed: BaseException | None = None

    @property
    def file(self) -> bytes:
        assert self.result is not None, self.failed
        return self.result.file

    @property
    def lines(self) -> list[tuple[Shape, Entry, Count]]:
        """Return what was counted."""
        recording = Recording(io.BytesIO(self.file))
        return [(recording.shapes[n], entry, count) for n, entry, count in recording.entries()]

    def runs(self, part: str, user: str | None = None) -> int:
        """Return how often statements were sent whose shape has a part, by anybody or one user."""
        return sum(
            count.runs
            for shape, entry, count in self.lines
            if part in shape.title and user in (None, entry.who.user)
        )


@contextmanager
def recording(dsn: str, *, workers: int = 1, keep_days: int = 0) -> Iterator[Taken]:
    """Record while the body runs, from when so many workers take part."""
    taken, takes_part, running = Taken(), threading.Event(), threading.Event()
    loops: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    def show(progress: Progress) -> None:
        taken.progress.append(progress)
        if progress.workers >= workers:
            takes_part.set()

    async def run() -> Recorded:
        ended = asyncio.Event()
        loops.append((asyncio.get_running_loop(), ended))
        running.set()
        session = Session(dsn, system_time, show)
        return await session.run(ended, seconds=None, keep_days=keep_days, program="test")

    def work() -> None:
        try:
            taken.result = asyncio.run(run())
        except BaseException as exc:
            taken.failed = exc
            takes_part.set()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        assert takes_part.wait(SOON), "no worker takes part"
        if taken.failed is not None:
            raise taken.failed
        yield taken
    finally:
        running.wait(SOON)
        loop, ended = loops[0]
        if not loop.is_closed():
            loop.call_soon_threadsafe(ended.set)
        thread.join(SOON)
