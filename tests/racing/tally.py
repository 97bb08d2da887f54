"""What a race comes to: what happened how often, and everything that must not happen."""

import threading
import traceback
from collections import Counter
from collections.abc import Callable

CAP = 1000


class Tally:
    """Counts of events, and what was wrong, in words."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.counts: Counter[str] = Counter()
        self.most: Counter[str] = Counter()  # the most rows that a table was ever seen to hold
        self.wrong: list[str] = []

    def count(self, event: str, times: int = 1) -> None:
        """Add to the count of an event."""
        with self._lock:
            self.counts[event] += times

    def saw(self, table: str, rows: int) -> None:
        """Note how many committed rows a table has."""
        with self._lock:
            self.most[table] = max(self.most[table], rows)

    def complain(self, kind: str, what: str) -> None:
        """Note something that must not happen."""
        with self._lock:
            self.counts[kind] += 1
            self.wrong.append(f"{kind}: {what}")

    def guard(self, work: Callable[..., object], *arguments: object) -> None:
        """Do some work of a thread; if it fails, that is noted and the race goes on."""
        try:
            work(*arguments)
        except Exception:
            self.complain("crashes", traceback.format_exc())

    @property
    def over(self) -> int:
        """How many rows all tables together were ever seen to hold over the cap."""
        return sum(max(0, rows - CAP) for rows in self.most.values())

    def summary(self) -> str:
        """Return the whole race in one line."""
        told = ("transactions", "refusals", "retries", "reads", "flips", "kills", "looks")
        bad = ("wrong refusals", "leaks", "wrongly locked out", "deadlocks")
        counts = [f"{self.counts[event]} {event}" for event in told]
        never = [f"{event}: {self.counts[event]}" for event in bad]
        return ", ".join([*counts, f"rows over: {self.over}", *never])
