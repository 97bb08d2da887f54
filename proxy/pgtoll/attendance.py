"""Who was here today: noted where a session begins or names its user, told once a day for each.

To note somebody costs an entry of a set. What is kept in the end is a day, not a time.
"""

from collections.abc import Iterable
from datetime import date

MOST_WAITING = 50_000  # users between two writes: whoever may name users may make up names
MOST_WRITTEN = 200_000  # users remembered as written; beyond that some are written again


class Attendance:
    """The users of one process."""

    def __init__(self) -> None:
        self._waiting: set[str] = set()
        self._day: date | None = None
        self._written: set[str] = set()  # on that day
        self._received: dict[int, int] = {}  # by session: the bytes it had sent at the last look

    def note(self, user: str) -> None:
        """Note that a user is here now."""
        if len(self._waiting) < MOST_WAITING:
            self._waiting.add(user)

    def look(self, sessions: Iterable[tuple[int, int, str]]) -> None:
        """Note the users of sessions that have sent something since the last look.

        A session is a number, the bytes it has sent so far, and its user: who stays connected for
        weeks is here on each day of work, and on no other.
        """
        received = {}
        for session, count, user in sessions:
            if self._received.get(session) != count:
                self.note(user)
            received[session] = count
        self._received = received

    def take(self, day: date) -> list[str]:
        """Return who is not yet written for this day; from here on they count as written."""
        if day != self._day or len(self._written) >= MOST_WRITTEN:
            self._day, self._written = day, set()
        users = sorted(self._waiting - self._written)
        self._waiting = set()
        self._written.update(users)
        return users

    def give_back(self, users: Iterable[str]) -> None:
        """Take note that these could not be written."""
        for user in users:
            self._written.discard(user)
            self.note(user)
