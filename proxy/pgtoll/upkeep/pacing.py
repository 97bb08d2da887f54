"""Hear of changes no more often than they can be looked at: anybody may send a notification."""

import asyncio

LEAST_SECONDS = 0.25  # between two reports of changes; the first is passed on at once


class Paced:
    """Sets an event when it is told something, but not again before some time has passed.

    Nothing is lost: what it is told in between sets the event when that time is over.
    """

    def __init__(self, event: asyncio.Event, *, least: float = LEAST_SECONDS) -> None:
        self._event = event
        self._least = least  # seconds
        self._next = 0.0  # when the event may be set again, by the loop's clock
        self._due: asyncio.TimerHandle | None = None

    def hear(self) -> None:
        """Something has changed, or somebody says so."""
        if self._due is None:
            loop = asyncio.get_running_loop()
            self._due = loop.call_later(max(0.0, self._next - loop.time()), self._tell)

    def _tell(self) -> None:
        self._due = None
        self._next = asyncio.get_running_loop().time() + self._least
        self._event.set()
