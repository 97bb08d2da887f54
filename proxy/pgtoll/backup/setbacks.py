"""A store that was taken back to an earlier time is noticed, and that stays written down.

Three things tell: PostgreSQL began another timeline and says that it was told where to stop; it
began one after nobody had looked for long; the row that says where the store is was not written by
the transaction that it names, so it came with a dump. What a proxy remembers that runs all the time
tells more (pgtoll.store.policy_changes), and stops it. What nobody can tell is a copy of all files
put back while no proxy ran.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pgtoll.store.instance import read_instance
from pgtoll.store.link import Connection

# A standby takes over within seconds; after a longer pause a new timeline may as well be a restore.
MOST_PAUSE = timedelta(minutes=10)
REMEDY = (
    "what was revoked or recalled since may hold again: run pgtoll import FILE --newer with the "
    "latest export, or pgtoll store accept (pgtoll store show)"
)
# How PostgreSQL names the end of a recovery that was told where to stop.
_STOPPED = ("before ", "after ", "at restore point ", "reached consistency")


@dataclass(frozen=True, slots=True)
class Setback:
    """Something that was noticed and that nobody has seen to."""

    at: datetime
    how: str  # "restored" or "copied"
    reason: str  # one clause


@dataclass(frozen=True, slots=True)
class State:
    """What the database says of itself, and what was written down when a proxy last looked."""

    highest: datetime | None
    known: bool  # whether somebody ever looked
    was: str | None  # the instance then
    timeline_was: int | None
    genuine: bool  # the row was written by the transaction that it names
    instance: str | None
    timeline: int | None
    why: str | None  # the timeline was begun, in PostgreSQL's words

    @property
    def moved(self) -> bool:
        """Whether what was written down is not what is so."""
        return (self.was, self.timeline_was) != (self.instance, self.timeline) or not self.genuine


_STATE = """
SELECT c.highest, w.one IS NOT NULL, w.instance, w.timeline,
  coalesce((w.change::text::numeric % 4294967296)::text = w.xmin::text, true), t.now,
  CASE WHEN t.now > 1 AND t.now IS DISTINCT FROM w.timeline THEN pgtoll.timeline_reason(t.now) END
FROM (SELECT (SELECT highest FROM pgtoll.clock WHERE highest <> '-infinity') AS highest) c
CROSS JOIN (SELECT pgtoll.timeline() AS now) t LEFT JOIN pgtoll.whereabouts w ON true
"""


async def look(connection: Connection, now: datetime) -> Setback | None:
    """Return what has happened to the store since somebody last looked, and write it down.

    Only one of several who look is told. The caller's transaction must be no part of another.
    """
    state = await _read(connection)
    if judge(state, now) is None and state.known and not state.moved:
        return None
    await connection.execute("LOCK TABLE pgtoll.whereabouts IN SHARE ROW EXCLUSIVE MODE")
    state = await _read(connection)
    found = judge(state, now)
    if not state.known or state.moved:
        await connection.execute(
            "INSERT INTO pgtoll.whereabouts (instance, timeline) VALUES (%s, %s)"
            " ON CONFLICT (one) DO UPDATE SET instance = excluded.instance,"
            " timeline = excluded.timeline, change = excluded.change",
            [state.instance, state.timeline],
        )
    if found is not None:
        await connection.execute(
            "INSERT INTO pgtoll.setback (how, reason, found) VALUES (%s, %s, %s)",
            [found.how, found.reason, state.highest],
        )
    return found


async def _read(connection: Connection) -> State:
    row = await (await connection.execute(_STATE.encode())).fetchone()
    assert row is not None  # noqa: S101 (an aggregate-free query over one row)
    highest, known, was, timeline_was, genuine, timeline, why = row
    instance = await read_instance(connection)
    return State(highest, known, was, timeline_was, genuine, instance, timeline, why)


def judge(state: State, now: datetime) -> Setback | None:
    """Return what has happened to a store, None when nothing speaks for it."""
    if state.known and not state.genuine:
        whence = f" of instance {state.was}" if state.was not in (None, state.instance) else ""
        return Setback(now, "copied", f"it was loaded from a dump{whence}")
    if None in (state.timeline_was, state.timeline) or state.timeline_was == state.timeline:
        return None
    seen = (
        ""
        if state.highest is None
        else f", and the latest time it has seen is {_shown(state.highest)}"
    )
    if state.why is not None and state.why.startswith(_STOPPED):
        return Setback(now, "restored", f"PostgreSQL was restored to a time ({state.why}){seen}")
    if state.highest is None or now - state.highest <= MOST_PAUSE:
        return None  # a standby has taken over
    return Setback(now, "restored", f"PostgreSQL came out of a recovery{seen}")


def sentence(setback: Setback) -> str:
    """Return what happened and what to do."""
    return f"the store was taken back: {setback.reason}; {REMEDY}"


def _shown(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


async def read_open(connection: Connection) -> tuple[Setback, ...]:
    """Return what was noticed and nobody has seen to, the oldest first."""
    cursor = await connection.execute(
        "SELECT at, how, reason FROM pgtoll.setback WHERE settled_at IS NULL ORDER BY id"
    )
    return tuple(Setback(*row) for row in await cursor.fetchall())


async def settle(connection: Connection, how: str) -> int:
    """Write down that what was noticed was seen to; return how much that was."""
    cursor = await connection.execute(
        "UPDATE pgtoll.setback SET settled_at = clock_timestamp(),"
        " settled_by = pgtoll.acting() || ', by ' || %s WHERE settled_at IS NULL",
        [how],
    )
    return cursor.rowcount


async def is_older(connection: Connection, clock: datetime | None, *, news: bool) -> bool:
    """Whether a file with this mark is from before the time that the store was taken back to.

    One of the very same mark is, unless there is something new in it.
    """
    cursor = await connection.execute(
        "SELECT coalesce(max(found) > n.mark OR max(found) = n.mark AND NOT %(news)s, false)"
        " FROM pgtoll.setback, (SELECT coalesce(%(clock)s::timestamptz, '-infinity') AS mark) n"
        " WHERE settled_at IS NULL GROUP BY n.mark",
        {"clock": clock, "news": news},
    )
    row = await cursor.fetchone()
    return bool(row and row[0])


async def is_copied(connection: Connection) -> bool:
    """Whether what is here came with a dump: ids of relations then mean nothing."""
    state = await _read(connection)
    if state.known and not state.genuine:
        return True
    return any(one.how == "copied" for one in await read_open(connection))
