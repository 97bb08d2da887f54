"""What changed when, what was disturbed when, and whether an answer could be right."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

NEVER = float("inf")


@dataclass(slots=True)
class Flip:
    """One change of a seat."""

    seated: bool
    began: float
    done: float = NEVER


@dataclass(slots=True)
class Disturbance:
    """Something that was done to a proxy, or to all of them (an empty name)."""

    proxy: str
    began: float
    over: float = NEVER


@dataclass
class Journal:
    """All of that, in the order in which it happened. Times are of time.monotonic."""

    flips: list[Flip] = field(default_factory=lambda: [Flip(False, 0.0, 0.0)])
    disturbances: list[Disturbance] = field(default_factory=list)
    late: list[float] = field(default_factory=list)  # ages of answers by what was no more, seconds
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def flip(self, *, seated: bool) -> Flip:
        """Note that a change begins."""
        with self._lock:
            self.flips.append(Flip(seated, time.monotonic()))
            return self.flips[-1]

    @contextmanager
    def disturbing(self, proxy: str = "") -> Iterator[None]:
        """Note that a proxy, or all, may be out of date while the context lasts."""
        one = Disturbance(proxy, time.monotonic())
        with self._lock:
            self.disturbances.append(one)
        try:
            yield
        finally:
            one.over = time.monotonic()

    def calm_since(self, proxy: str, until: float) -> float:
        """Return since when nothing has kept a proxy from being up to date; NEVER if it is kept."""
        ours = [one for one in self.disturbances if one.proxy in ("", proxy) and one.began <= until]
        return max((one.over for one in ours), default=0.0)

    def troubled_since(self, proxy: str, until: float, within: float) -> float:
        """Return when the trouble began that a proxy is in, or was just now; NEVER if in none."""
        ours = [
            one for one in self.disturbances
            if one.proxy in ("", proxy) and one.began <= until and one.over >= until - within
        ]  # fmt: skip
        return min((one.began for one in ours), default=NEVER)

    def latest(self, until: float) -> tuple[bool, float] | None:
        """Return who has the seat, and since when that is certain; None when it was changing."""
        flips = [one for one in self.flips if one.began <= until]
        last = flips[-1]
        return None if last.done > until else (last.seated, last.done)

    def explained(self, seated: bool, least: int, until: float) -> int | None:
        """Return the first flip, not before a known one, by which an answer was right, or None."""
        for number in range(least, len(self.flips)):
            one = self.flips[number]
            if one.began <= until and one.seated == seated:
                return number
        return None
