"""Slower and slower: how often one may try to log in, as one user and from one address.

An attempt is counted before it is made, so that a thousand at once are no way around.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from pgtoll.store.link import Connection, Link

FORGOTTEN = timedelta(hours=1)  # after which nothing is held against anybody
_MOST_DOUBLINGS = 20


@dataclass(frozen=True, slots=True)
class Pace:
    """`free` failures at once, then a second, two, four… between attempts, up to `longest`."""

    free: int
    longest: timedelta

    def pause(self, failures: int) -> timedelta:
        """Return how long to wait after so many failures."""
        doublings = min(failures - self.free, _MOST_DOUBLINGS)
        return min(timedelta(seconds=2**doublings), self.longest) if doublings >= 0 else timedelta()


# A user's pause stays short: whoever knows a name could keep its owner out. Behind one address
# there may be a whole office.
USER = Pace(free=4, longest=timedelta(minutes=1))
ADDRESS = Pace(free=20, longest=timedelta(minutes=10))


class Attempts:
    """Failed attempts of late. Every method raises StoreError."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def begin(self, user: str, address: str, now: datetime) -> timedelta:
        """Count an attempt and return zero, or return how long to wait until the next."""
        paces = {_hash("user", user): USER, _hash("address", address): ADDRESS}
        async with self._link.transaction("count an attempt") as connection:
            known = await _known(connection, sorted(paces), now)
            pauses = [(paces[subject].pause(n), at) for subject, (n, at) in known.items()]
            waits = [pause - (now - at) for pause, at in pauses if pause]
            if (wait := max(waits, default=timedelta())) > timedelta():
                return wait
            await connection.execute(
                "UPDATE pgtoll.console_attempt SET failures = failures + 1, last_at = %s"
                " WHERE subject = ANY (%s)",
                [now, list(paces)],
            )
        return timedelta()

    async def succeeded(self, user: str, address: str) -> None:
        """Forget the user's failures, and take back the one that `begin` counted ahead."""
        async with self._link.transaction("count an attempt") as connection:
            await connection.execute(
                "DELETE FROM pgtoll.console_attempt WHERE subject = %s", [_hash("user", user)]
            )
            await connection.execute(
                "UPDATE pgtoll.console_attempt SET failures = greatest(failures - 1, 0)"
                " WHERE subject = %s",
                [_hash("address", address)],
            )


async def _known(
    connection: Connection, subjects: list[bytes], now: datetime
) -> dict[bytes, tuple[int, datetime]]:
    """Return each subject's failures and the time of the last, locked until the end."""
    await connection.execute(
        "DELETE FROM pgtoll.console_attempt WHERE last_at < %s", [now - FORGOTTEN]
    )
    await connection.execute(
        "INSERT INTO pgtoll.console_attempt (subject, failures, last_at)"
        " SELECT subject, 0, %s FROM unnest(%s::bytea[]) AS subject ORDER BY 1"
        " ON CONFLICT (subject) DO NOTHING",
        [now, subjects],
    )
    cursor = await connection.execute(
        "SELECT subject, failures, last_at FROM pgtoll.console_attempt"
        " WHERE subject = ANY (%s) ORDER BY subject FOR UPDATE",
        [subjects],
    )
    return {bytes(subject): (failures, at) for subject, failures, at in await cursor.fetchall()}


def _hash(kind: str, text: str) -> bytes:
    return sha256(f"{kind} {text}".encode(errors="replace")).digest()
