"""Who changed what and when, and what has changed since a page was made."""

import re
from collections.abc import Iterable

from pgtoll.office.models import Change
from pgtoll.office.refusals import Meanwhile
from pgtoll.store.link import Connection

LONGEST_VERSION = 10_000  # characters; PostgreSQL names every transaction then in progress
_VERSION = re.compile(
    r"(?P<snapshot>(?P<least>[0-9]{1,18}):(?P<next>[0-9]{1,18}):(?:[0-9]{1,18}(?:,[0-9]{1,18})*)?)"
    r"(?:/(?P<own>[0-9]{1,18}))?"
)
MOST_NAMED = 5  # changes that a message tells of

_SEATS = """
    SELECT h.at, h.done_by, h.act, h.product, h.username, h.change
    FROM pgtoll.seat_history h WHERE h.product = %(product)s
"""
# Whatever was deleted by the transaction that brought another of its kind was replaced by that.
_DOCUMENTS = """
    SELECT h.at, h.done_by,
      CASE WHEN h.act = 'delete' AND EXISTS (
        SELECT FROM pgtoll.document_history u
        WHERE u.change = h.change AND u.act = 'upload' AND u.kind = h.kind AND u.product = h.product
      ) THEN 'replace' ELSE h.act END,
      h.product, concat_ws(' ', h.kind, nullif(h.code, ''), 'serial ' || h.serial), h.change
    FROM pgtoll.document_history h WHERE h.product IN (%(product)s, '')
"""
_LAST = " ORDER BY h.id DESC LIMIT %(limit)s"
# A transaction that the snapshot does not show; one from the time before a restore shows nothing.
_SINCE = """
    AND h.change >= pg_snapshot_xmin(%(version)s::pg_snapshot)
    AND NOT pg_visible_in_snapshot(h.change, %(version)s::pg_snapshot)
    AND h.change < pg_snapshot_xmax(pg_current_snapshot())
    AND h.change IS DISTINCT FROM %(own)s::xid8
"""
_RECENT = f"({_SEATS}{_LAST}) UNION ALL ({_DOCUMENTS}{_LAST}) ORDER BY 1 DESC LIMIT %(limit)s"
_CHANGED = f"({_SEATS}{_SINCE}) UNION ALL ({_DOCUMENTS}{_SINCE}) ORDER BY 1"


async def version_now(connection: Connection) -> str:
    """Return what this transaction sees, for `changes_since` later."""
    cursor = await connection.execute("SELECT pg_current_snapshot()::text")
    ((version,),) = await cursor.fetchall()
    return str(version)


async def version_after(connection: Connection) -> str:
    """Return what this transaction sees and has changed, once it is committed."""
    cursor = await connection.execute(
        "SELECT pg_current_snapshot()::text || '/' || pg_current_xact_id()::text"
    )
    ((version,),) = await cursor.fetchall()
    return str(version)


async def recent_changes(connection: Connection, product: str, limit: int) -> tuple[Change, ...]:
    """Return what was changed last about a product, the newest first."""
    cursor = await connection.execute(_RECENT.encode(), {"product": product, "limit": limit})
    return _as_changes(await cursor.fetchall())


async def changes_since(connection: Connection, product: str, version: str) -> tuple[Change, ...]:
    """Return what was changed about a product since a version, the oldest first.

    Raises Meanwhile for what is no version: nobody can tell then.
    """
    cursor = await connection.execute(
        _CHANGED.encode(), {"product": product, **read_version(version)}
    )
    return _as_changes(await cursor.fetchall())


def read_version(version: str) -> dict[str, str | None]:
    """Return what queries take for a version: its snapshot, and the transaction that gave it.

    Raises Meanwhile for what is no version: nobody can tell then what has changed.
    """
    match = _VERSION.fullmatch(version) if len(version) <= LONGEST_VERSION else None
    if match is None or int(match["least"]) > int(match["next"]):
        raise Meanwhile("the page is out of date: look at it again, then repeat the change", ())
    return {"version": match["snapshot"], "own": match["own"]}


def _as_changes(rows: Iterable[tuple[object, ...]]) -> tuple[Change, ...]:
    return tuple(Change(*row[:5]) for row in rows)  # type: ignore[arg-type]  # as the SQL has them


def told(changes: Iterable[Change]) -> str:
    """Return what others did as one clause, the newest few of it."""
    sentences = [change.sentence for change in changes]
    more = len(sentences) - MOST_NAMED
    named = ", ".join(sentences[-MOST_NAMED:])
    return f"{named} and {more} more changes before" if more > 0 else named
