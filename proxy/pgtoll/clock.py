"""The time that licenses are judged by: it never goes back, whatever the system's clock does."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

TOLERANCE = timedelta(minutes=5)  # between two well-kept clocks; less is not worth a report


def system_time() -> datetime:
    """Return what the system's clock says, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 (this is the edge that asks the clock)


class Clock:
    """A clock that holds the highest time ever seen, and runs on from there.

    While the system's clock is behind, time passes at the pace of the process's own timer: a clock
    that was turned back stops no license from running out.
    """

    def __init__(
        self,
        system: Callable[[], datetime] = system_time,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self._system = system
        self._elapsed = elapsed
        self._highest = system()
        self._since = elapsed()  # when `_highest` was seen

    def now(self) -> datetime:
        """Return the system's time, or when that is behind, the highest time seen and running."""
        now, running = self._system(), self._running()
        if now <= running:
            return running
        self._highest, self._since = now, self._elapsed()
        return now

    def saw(self, moment: datetime) -> None:
        """Take note of a time that another clock has shown."""
        if moment > self._running():
            self._highest, self._since = moment, self._elapsed()

    @property
    def behind(self) -> timedelta:
        """How far the system's clock is behind the highest time seen; zero within the tolerance."""
        lag = self._running() - self._system()
        return lag if lag > TOLERANCE else timedelta(0)

    def _running(self) -> datetime:
        return self._highest + timedelta(seconds=self._elapsed() - self._since)
