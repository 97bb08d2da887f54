"""Write what an import changes: rows as they were, with who did what and when."""

from collections.abc import Sequence

from pgtoll.backup.contents import Contents, key_of
from pgtoll.backup.merging import Merge
from pgtoll.backup.past import Added, write_past
from pgtoll.backup.rows import Tell, batches, columns
from pgtoll.store.archive import StoredDocument
from pgtoll.store.link import Connection
from pgtoll.store.seats import Seat


async def write(connection: Connection, found: Merge, file: Contents, tell: Tell) -> Added:
    """Write what is to be changed; return what was new of what is only remembered."""
    await connection.execute(
        "DELETE FROM pgtoll.document WHERE id = ANY (%s)", [[one.id for one in found.dropped]]
    )
    for done, one in enumerate(found.added):
        if done and not done % 100:
            tell(f"{done:,} of {len(found.added):,} documents")
        await _insert_document(connection, one)
    await _take_seats(connection, [*found.recalled, *found.moved])
    await _give_seats(connection, [*found.granted, *found.moved], tell)
    await _write_histories(connection, found, tell)
    if found.clock is not None:
        await connection.execute(
            "UPDATE pgtoll.clock SET highest = %(to)s WHERE highest < %(to)s", {"to": found.clock}
        )
    return await write_past(connection, file, tell)


async def _insert_document(connection: Connection, one: StoredDocument) -> None:
    await connection.execute(
        "INSERT INTO pgtoll.document (kind, code, product, serial, file, uploaded_at, uploaded_by)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s)",
        [*key_of(one), one.file, one.uploaded_at, one.uploaded_by],
    )


async def _take_seats(connection: Connection, seats: Sequence[Seat]) -> None:
    await connection.execute(
        "DELETE FROM pgtoll.seat s USING unnest(%s::text[], %s::text[]) AS n (product, username)"
        " WHERE (s.product, s.username) = (n.product, n.username)",
        [[one.product for one in seats], [one.user for one in seats]],
    )


async def _give_seats(connection: Connection, seats: Sequence[Seat], tell: Tell) -> None:
    for some in batches(seats, "seats", tell):
        await connection.execute(
            "INSERT INTO pgtoll.seat (product, username, granted_at, granted_by)"
            " SELECT * FROM unnest(%s::text[], %s::text[], %s::timestamptz[], %s::text[])",
            columns(some, "product", "user", "granted_at", "granted_by"),
        )


# What triggers have written for this transaction is in the file's history already, with the time
# at which it was done and by whom; what is not stays.
_OWN_SEAT_CHANGES = """
DELETE FROM pgtoll.seat_history h WHERE h.change = pg_current_xact_id() AND EXISTS (
  SELECT FROM pgtoll.seat_history o WHERE o.change IS DISTINCT FROM h.change
    AND (o.act, o.product, o.username) = (h.act, h.product, h.username))
"""
_OWN_DOCUMENT_CHANGES = """
DELETE FROM pgtoll.document_history h WHERE h.change = pg_current_xact_id() AND EXISTS (
  SELECT FROM pgtoll.document_history o WHERE o.change IS DISTINCT FROM h.change
    AND (o.act, o.kind, o.code, o.product, o.serial) = (h.act, h.kind, h.code, h.product, h.serial))
"""
# Transactions of another cluster have numbers that mean nothing here. What was done together there
# has numbers here that no transaction ever gets: from the highest downwards.
_DOCUMENT_CHANGES = """
INSERT INTO pgtoll.document_history (at, act, kind, code, product, serial, done_by, change)
SELECT n.at, n.act, n.kind, n.code, n.product, n.serial, n.done_by,
  (low.least - n.together)::text::xid8
FROM unnest(%s::timestamptz[], %s::text[], %s::text[], %s::text[], %s::text[], %s::int8[],
  %s::text[], %s::int8[]) WITH ORDINALITY
  AS n (at, act, kind, code, product, serial, done_by, together, place)
CROSS JOIN (SELECT coalesce(min(change::text::numeric), 18446744073709551615) AS least
  FROM pgtoll.document_history WHERE change::text::numeric > 9223372036854775807) low
ORDER BY n.place
"""
_SEAT_CHANGES = """
INSERT INTO pgtoll.seat_history (at, act, product, username, done_by, change)
SELECT n.at, n.act, n.product, n.username, n.done_by, NULL
FROM unnest(%s::timestamptz[], %s::text[], %s::text[], %s::text[], %s::text[]) WITH ORDINALITY
  AS n (at, act, product, username, done_by, place) ORDER BY n.place
"""


async def _write_histories(connection: Connection, found: Merge, tell: Tell) -> None:
    names = ("at", "act", "kind", "code", "product", "serial", "done_by", "together")
    await connection.execute(_DOCUMENT_CHANGES.encode(), columns(found.document_changes, *names))
    for some in batches(found.seat_changes, "changes of seats", tell):
        changes = columns(some, "at", "act", "product", "user", "done_by")
        await connection.execute(_SEAT_CHANGES.encode(), changes)
    await connection.execute(_OWN_DOCUMENT_CHANGES.encode())
    await connection.execute(_OWN_SEAT_CHANGES.encode())
