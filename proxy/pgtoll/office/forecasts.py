"""What an upload would change for whom, by the recording that is kept in the store."""

import asyncio
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pgtoll.office.documents import NamedFile
from pgtoll.office.drafts import Draft, Drafted, drafted
from pgtoll.office.holdings import Held
from pgtoll.office.judging import Judges
from pgtoll.office.rehearsal import Change, Changed, ChangeKey, Rehearsal, Terms, rehearse
from pgtoll.recording.files import Recording
from pgtoll.store import recordings
from pgtoll.store.link import Connection
from pgtoll.store.recordings import Kept
from pgtoll_policy.keys import TrustedKeys

MOST_ENTRIES = 100_000  # of a recording that somebody waits for: a second or two
MOST_LINES = 20  # of each kind of change
MOST_TABLES = 3


@dataclass(frozen=True, slots=True)
class ForecastLine:
    """What changes for one user."""

    user: str
    product: str
    statements: int
    tables: tuple[str, ...]  # some
    more_tables: int
    before: str  # why, as clauses
    after: str


@dataclass(frozen=True, slots=True)
class ForecastPart:
    """All changes of one kind."""

    change: Change
    users: int
    statements: int
    lines: tuple[ForecastLine, ...]  # those of most statements


@dataclass(frozen=True, slots=True)
class Forecast:
    """What the recording tells."""

    when: str
    by: str
    statements: int
    users: int
    too_large: bool  # to be decided while somebody waits
    parts: tuple[ForecastPart, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What is read of the store at one moment: the recording, and what would be."""

    kept: Kept
    plans: Drafted


async def read(
    connection: Connection,
    held: Held,
    files: Sequence[NamedFile],
    keys: TrustedKeys,
    now: datetime,
) -> Asked | None:
    """Return what a forecast needs of the store; None when no recording is kept.

    Raises NotPossible for files that would be refused.
    """
    kept = await recordings.read_kept(connection)
    if kept is None:
        return None
    return Asked(kept, await drafted(connection, held, Draft(tuple(files)), keys, now))


async def forecast(asked: Asked, judges: Judges, now: datetime) -> Forecast:
    """Decide the recording by both. Raises BadRecording and StoreError."""
    recording = await asyncio.to_thread(Recording, io.BytesIO(asked.kept.file))
    header = recording.header
    about = (header.when, header.made_by, header.statements, header.users)
    if header.entries > MOST_ENTRIES:
        return Forecast(*about, too_large=True)
    ways, strict = await judges.ways()
    before, after = [
        Terms(policy, await judges.catalog(policy), now, strict, ways)
        for policy in (asked.plans.before, asked.plans.after)
    ]
    found = await asyncio.to_thread(rehearse, recording, before, after)
    parts = (_part(found, change) for change in Change if found.of(change))
    return Forecast(*about, too_large=False, parts=tuple(parts))


def _part(found: Rehearsal, change: Change) -> ForecastPart:
    users, statements = found.totals(change)
    lines = tuple(_line(key, one) for key, one in found.of(change)[:MOST_LINES])
    return ForecastPart(change, users, statements, lines)


def _line(key: ChangeKey, changed: Changed) -> ForecastLine:
    tables = sorted(changed.tables)
    return ForecastLine(
        user=key.user,
        product=key.product,
        statements=changed.statements,
        tables=tuple(tables[:MOST_TABLES]),
        more_tables=max(len(tables) - MOST_TABLES, 0),
        before=key.before,
        after=key.after,
    )
