"""What the store remembers of changes of licenses and seats, read on from where one has come to.

How far that is, is told by a snapshot of PostgreSQL's: a lower number may be committed later.
"""

from datetime import datetime
from typing import NamedTuple

from pgtoll.store.link import Connection
from pgtoll.trails import Entry, Kind, Outcome

_SINCE = """
  h.change >= pg_snapshot_xmin(%(since)s::pg_snapshot)
  AND NOT pg_visible_in_snapshot(h.change, %(since)s::pg_snapshot)
"""
_CHANGES = f"""
SELECT 'seat/' || h.id, h.at, h.done_by, h.act, h.product, h.username
FROM pgtoll.seat_history h WHERE {_SINCE}
UNION ALL
SELECT 'document/' || h.id, h.at, h.done_by, h.act, h.product,
  concat_ws(' ', h.kind, nullif(h.code, ''), 'serial ' || h.serial)
FROM pgtoll.document_history h WHERE {_SINCE}
ORDER BY 2, 1
"""  # noqa: S608 (constants of ours)
# One from another cluster, or from a time before this one was restored, says nothing here.
_NOW = """
SELECT pg_current_snapshot()::text,
  pg_snapshot_xmax(%(since)s::pg_snapshot) <= pg_snapshot_xmax(pg_current_snapshot())
"""
_SENTENCES = {
    "grant": "{user} gave {subject} a seat of {product}",
    "revoke": "{user} took the seat of {product} from {subject}",
    "upload": "{user} uploaded {subject}",
    "delete": "{user} deleted {subject}",
}


class Changes(NamedTuple):
    """What was changed, the oldest first, and how far that goes."""

    entries: tuple[Entry, ...]
    version: str


async def read_changes(connection: Connection, since: str | None) -> Changes:
    """Return what was changed since a version; nothing for None. In one snapshot alone."""
    await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
    asked = {"since": since}
    cursor = await connection.execute(_NOW, asked)
    ((version, meaningful),) = await cursor.fetchall()
    if not meaningful:
        return Changes((), str(version))
    cursor = await connection.execute(_CHANGES.encode(), asked)
    return Changes(tuple(_entry(*row) for row in await cursor.fetchall()), str(version))


async def read_told(connection: Connection) -> str | None:
    """Return how far any proxy has told what was changed; None when none ever has."""
    cursor = await connection.execute("SELECT version::text FROM pgtoll.told")
    rows = await cursor.fetchall()
    return str(rows[0][0]) if rows else None


async def mark_told(connection: Connection, version: str) -> None:
    """Take note of how far that is."""
    await connection.execute(
        "INSERT INTO pgtoll.told (version) VALUES (%(version)s)"
        " ON CONFLICT (one) DO UPDATE SET version = EXCLUDED.version",
        {"version": version},
    )


def _entry(id_: str, at: datetime, user: str, act: str, product: str, subject: str) -> Entry:
    sentence = _SENTENCES[act].format(user=user, subject=subject, product=product)
    return Entry(
        at=at,
        kind=Kind.CHANGED,
        outcome=Outcome.DONE,
        id=id_,
        user=user,
        act=act,
        subject=subject,
        product=product,
        message=sentence,
    )
