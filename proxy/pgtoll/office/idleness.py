"""Who uses the seat they have: by the last day on which a proxy has seen each user.

Nobody is called idle for longer than such days have been kept, nor for longer than they have had
the seat.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from pgtoll.backup.past import read_recorded
from pgtoll.store.link import Connection

_SEATS = """
    SELECT s.product, s.username, (s.granted_at AT TIME ZONE 'UTC')::date, n.last_day
    FROM pgtoll.seat s LEFT JOIN pgtoll.seen n ON n.username = s.username
    ORDER BY s.product, s.granted_at, s.username COLLATE "C"
"""
_LAST_DAYS = "SELECT username, last_day FROM pgtoll.seen WHERE username = ANY (%s)"
_USERS = "SELECT count(*) FROM pgtoll.seen WHERE last_day > %s"


@dataclass(frozen=True, slots=True)
class SeatUse:
    """A seat, and when its user was here last."""

    product: str
    user: str
    granted: date
    last_day: date | None  # None is not since the days are kept

    def idle_days(self, recorded: date, today: date) -> int:
        """Return for how many days the seat has not been used; days are kept since `recorded`."""
        last = max(self.granted, self.last_day or recorded)
        return max((today - last).days, 0)


@dataclass(frozen=True, slots=True)
class Uses:
    """All seats, and since when it is known whether they are used."""

    seats: tuple[SeatUse, ...]  # by product, the oldest first, as they count
    recorded: date

    def idle(self, days: int, today: date) -> tuple[SeatUse, ...]:
        """Return the seats that were not used for so many days, those idle longest first."""
        found = [one for one in self.seats if one.idle_days(self.recorded, today) >= days]
        return tuple(sorted(found, key=lambda one: -one.idle_days(self.recorded, today)))


async def read_uses(connection: Connection) -> Uses:
    """Return every seat with the last day of its user."""
    cursor = await connection.execute(_SEATS)
    seats = tuple(SeatUse(*row) for row in await cursor.fetchall())
    return Uses(seats, await read_recorded(connection))


async def read_last_days(connection: Connection, users: Iterable[str]) -> dict[str, date]:
    """Return when each of some users was here last; who never was is left out."""
    cursor = await connection.execute(_LAST_DAYS, [list(users)])
    return dict(await cursor.fetchall())


async def count_users(connection: Connection, today: date, days: int) -> int:
    """Return how many users, with a seat or without, were here in so many days, today included."""
    cursor = await connection.execute(_USERS, [today - timedelta(days=days)])
    ((count,),) = await cursor.fetchall()
    return int(count)
