"""Clients that have not said yet what they want: bounded, and whoever dawdles makes way."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from pgtoll.entrance.opening import Opening

CROWD = 1000  # clients beyond which the slow ones make way
DAWDLE_SECONDS = 2.0  # a client that is let in says who it is long before
MOST = 10_000  # clients beyond which nobody else is heard
_SWEPT = CROWD // 10  # at a time, so that sweeping costs little for each who comes


class Crowd:
    """Holds the clients of one process until they have been heard."""

    def __init__(self) -> None:
        self._since: dict[Opening, float] = {}  # the event loop's time; the oldest first

    def join(self, opening: Opening) -> None:
        """Take a client in, and let others go if it has become too tight. O(1) on the average."""
        now = asyncio.get_running_loop().time()
        if len(self._since) >= CROWD:
            self._sweep(now)
        self._since[opening] = now
        if len(self._since) > MOST:
            self._since.pop(opening)
            opening.unheard = True

    def leave(self, opening: Opening) -> None:
        """A client has been heard, or is gone."""
        self._since.pop(opening, None)

    def __iter__(self) -> Iterator[Opening]:
        return iter(tuple(self._since))

    def __len__(self) -> int:
        return len(self._since)

    def _sweep(self, now: float) -> None:
        """Let some go who have had time to speak."""
        slow = [one for one, since in self._since.items() if now - since >= DAWDLE_SECONDS]
        for one in slow[:_SWEPT]:
            self.leave(one)
            one.give_up()
