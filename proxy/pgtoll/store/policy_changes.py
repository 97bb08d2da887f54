"""Which changes of what is licensed a store knows of, and which of them it has lost.

A store may be another than it was: a standby that was promoted before it had heard of the last
change, a copy from an earlier time. A proxy that has gone by a change tells the store of it; until
somebody has accepted that it is lost, no proxy goes by such a store (docs/adr/0023-fleet.md).
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pgtoll.store.link import Connection


@dataclass(frozen=True, slots=True)
class Change:
    """One transaction that has changed documents or seats."""

    number: int  # those that came into force later have higher ones
    mark: UUID  # no other has it, on any server


@dataclass(frozen=True, slots=True)
class LostChange:
    """A change that a proxy has gone by, and the store does not know of."""

    change: Change
    reported_at: datetime


@dataclass(frozen=True, slots=True)
class Known:
    """What a store knows of the changes that there have been."""

    newest: Change
    lost: tuple[LostChange, ...] = ()  # nobody has accepted that
    missing: tuple[Change, ...] = ()  # the one that was asked about, if it is not there

    @property
    def problem(self) -> str:
        """Why nobody may go by this store; empty if all is well."""
        numbers = {one.change.number for one in self.lost} | {one.number for one in self.missing}
        if not numbers:
            return ""
        several = "s" if len(numbers) > 1 else ""
        told = ", ".join(map(str, sorted(numbers)))
        return (
            f"the store was put back to an earlier state: it has lost change{several} {told} of "
            "licenses and seats, which proxies have gone by (run pgtoll store show)"
        )


_NEWEST = "SELECT number, mark FROM pgtoll.policy_change ORDER BY number DESC LIMIT 1"
_LOST = """
SELECT l.number, l.mark, l.reported_at FROM pgtoll.policy_lost l WHERE l.accepted_at IS NULL
  AND NOT EXISTS (SELECT FROM pgtoll.policy_change c WHERE c.mark = l.mark) ORDER BY 1, 3
"""
_KNOWN = """
SELECT EXISTS (SELECT FROM pgtoll.policy_change WHERE mark = %(mark)s)
  OR EXISTS (SELECT FROM pgtoll.policy_lost WHERE mark = %(mark)s AND accepted_at IS NOT NULL)
"""
_REPORT = """
INSERT INTO pgtoll.policy_lost (mark, number) SELECT %(mark)s, %(number)s
WHERE NOT EXISTS (SELECT FROM pgtoll.policy_change WHERE mark = %(mark)s) ON CONFLICT DO NOTHING
"""
_ACCEPT = """
UPDATE pgtoll.policy_lost SET accepted_at = pg_catalog.clock_timestamp(),
  accepted_by = pgtoll.acting()
WHERE accepted_at IS NULL RETURNING number, mark, reported_at
"""


async def read_known(connection: Connection, gone_by: Change | None = None) -> Known:
    """Return what the store knows of changes, among them of the last one that somebody went by."""
    row = await (await connection.execute(_NEWEST.encode())).fetchone()
    # Somebody has emptied the table: that is a change as well, and no proxy knows it.
    newest = Change(*row) if row else Change(0, UUID(int=0))
    rows = await (await connection.execute(_LOST.encode())).fetchall()
    missing = () if gone_by is None or await _knows(connection, gone_by) else (gone_by,)
    return Known(newest, tuple(_lost(*row) for row in rows), missing)


async def _knows(connection: Connection, change: Change) -> bool:
    """Tell whether the store knows of a change, or somebody has accepted that it does not."""
    cursor = await connection.execute(_KNOWN.encode(), {"mark": change.mark})
    ((known,),) = await cursor.fetchall()
    return bool(known)


async def report(connection: Connection, change: Change) -> None:
    """Tell the store, and by that all other proxies, of a change that it does not know of."""
    await connection.execute(_REPORT.encode(), {"mark": change.mark, "number": change.number})


async def accept(connection: Connection) -> tuple[LostChange, ...]:
    """Accept that changes are lost, and return them: what the store has is licensed from now on."""
    rows = await (await connection.execute(_ACCEPT.encode())).fetchall()
    return tuple(sorted((_lost(*row) for row in rows), key=lambda one: one.change.number))


def _lost(number: int, mark: UUID, reported_at: datetime) -> LostChange:
    return LostChange(Change(number, mark), reported_at)
