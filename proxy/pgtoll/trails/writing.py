"""A queue between those who must not wait and what may be slow, away or full."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, Protocol, TypeVar

log = logging.getLogger("pgtoll.trails")

MOST_WAITING = 10_000  # what cannot be written waits; beyond this the oldest are given up
MOST_WEIGHT = 32 << 20  # and beyond so much of it: statements may be long
BATCH = 500  # that are written at once
RETRY_SECONDS = 1.0  # before another attempt at what failed
REMIND_SECONDS = 600.0  # between two lines of the log about the same trouble

T = TypeVar("T")
T_contra = TypeVar("T_contra", contravariant=True)


class End(Protocol[T_contra]):
    """What a trail leads to. It is used by one thread alone."""

    def write(self, entries: Sequence[T_contra], /) -> int:
        """Write some of the entries, the first ones, and return how many.

        Raises OSError when not even the first can be written now.
        """

    def close(self) -> None:
        """Let go of what is open."""


class Trail(Generic[T]):
    """Writes in the background what it is handed, in order."""

    def __init__(
        self,
        name: str,
        end: End[T],
        *,
        weigh: Callable[[T], int] = lambda entry: 1,
        gap: Callable[[int], T] | None = None,
        most: int = MOST_WAITING,
        heaviest: int = MOST_WEIGHT,
        retry: float = RETRY_SECONDS,
    ) -> None:
        """`gap` makes what stands where so many were given up; `weigh` says how large one is."""
        self.name = name
        self.written = self.lost = 0
        self._end = end
        self._weigh, self._gap, self._retry = weigh, gap, retry
        self._most, self._heaviest = most, heaviest
        self._waiting: deque[T] = deque()
        self._weight = 0  # of those that wait
        self._taken: list[T] = []  # by the thread, to be written
        self._told = 0  # how many of the lost ones have been told of
        self._news = threading.Condition()
        self._until: float | None = None  # when to end, by the monotonic clock
        self._reminded: float | None = None  # when the log was told of trouble; None: there is none
        self._thread = threading.Thread(target=self._run, name=f"trail to {name}", daemon=True)
        self._thread.start()

    @property
    def waiting(self) -> int:
        """How many have not been written yet."""
        return len(self._waiting) + len(self._taken)

    def put(self, entry: T) -> None:
        """Have one written. It never waits, and raises nothing."""
        with self._news:
            self._waiting.append(entry)
            self._weight += self._weigh(entry)
            while len(self._waiting) > self._most or (
                self._weight > self._heaviest and len(self._waiting) > 1
            ):
                self._weight -= self._weigh(self._waiting.popleft())
                self.lost += 1
            self._news.notify()

    def finish(self, seconds: float) -> None:
        """Write what waits, for so long, and end. What is left is counted as lost."""
        with self._news:
            self._until = time.monotonic() + seconds
            self._news.notify()
        self._thread.join(seconds + self._retry)

    # In the thread

    def _run(self) -> None:
        while self._take():
            try:
                done = self._end.write(self._taken)
            except OSError as exc:
                if not self._wait(exc):
                    break
            except Exception:  # what one record does to us must not cost those behind it
                log.exception("a record could not be written to %s", self.name)
                del self._taken[0]
                self.lost += 1
            else:
                self.written += done
                del self._taken[:done]
                self._recovered()
        self._end.close()
        if left := self.waiting:
            self.lost += left
            log.error("%d records were not written to %s before the end", left, self.name)

    def _take(self) -> bool:
        """Have something to write; False when there will be nothing more."""
        if self._taken:
            return True
        with self._news:
            while not self._waiting and self._until is None:
                self._news.wait()
            if self._gap is not None and self.lost > self._told:
                self._taken.append(self._gap(self.lost - self._told))
                self._told = self.lost
            while self._waiting and len(self._taken) < BATCH:
                self._taken.append(self._waiting.popleft())
                self._weight -= self._weigh(self._taken[-1])
        return bool(self._taken)

    def _wait(self, trouble: OSError) -> bool:
        """Tell of trouble, and wait until another attempt is due; False when it is too late."""
        now = time.monotonic()
        if self._reminded is None or now - self._reminded > REMIND_SECONDS:
            self._reminded = now
            reason = (trouble.strerror or str(trouble)).lower()
            log.error("cannot write to %s: %s; %d records wait", self.name, reason, self.waiting)
        with self._news:
            if self._until is None:
                self._news.wait_for(lambda: self._until is not None, self._retry)
                return True
        left = self._until - now
        time.sleep(max(0.0, min(left, self._retry / 10)))
        return left > 0

    def _recovered(self) -> None:
        if self._reminded is not None:
            self._reminded = None
            log.warning("records are written to %s again; %d were lost", self.name, self.lost)
