"""How late a sleeper wakes: on a machine that is too busy, what takes a second takes longer."""

import threading
import time
from collections import deque

BEAT = 0.02  # seconds
KEPT = 250  # beats: five seconds of them
WAKINGS = 10  # how often those who have to act wait for their turn until they have acted


class Pulse:
    """A thread that only sleeps, and notes by how much it wakes too late."""

    def __init__(self) -> None:
        self._late: deque[float] = deque(maxlen=KEPT)

    def beat(self, over: threading.Event) -> None:
        """Sleep and wake, until it is over."""
        began = time.monotonic()
        while not over.wait(BEAT):
            now = time.monotonic()
            self._late.append(now - began - BEAT)
            began = now

    def stretched(self, seconds: float) -> float:
        """Return how long something may take now that takes so many seconds when all is quiet."""
        return seconds + WAKINGS * max(self._late.copy(), default=0.0)
