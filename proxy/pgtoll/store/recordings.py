"""Recordings in the store: what proxies are told to do, what they have counted, and what is kept.

Times are the server's: whoever asks for a recording has it last a little longer, again and again.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from psycopg import errors

from pgtoll.errors import StoreError
from pgtoll.store.link import Connection

LEASE_SECONDS = 30.0  # that proxies go on for when whoever asked for it is gone
LARGEST_KEPT = 16 << 20  # bytes of a file that is kept, as the table has it


@dataclass(frozen=True, slots=True)
class Order:
    """What proxies are to do."""

    id: int
    seconds: float  # that are left
    ended: bool  # hand over what there is, and stop


@dataclass(frozen=True, slots=True)
class Kept:
    """The recording that is kept."""

    by: str
    file: bytes


async def read_order(connection: Connection) -> Order | None:
    """Return what proxies are to do now; None when there is nothing to record."""
    cursor = await connection.execute(
        "SELECT id, extract(epoch FROM until - clock_timestamp())::float8, ended"
        " FROM pgtoll.recording WHERE until > clock_timestamp()"
    )
    row = await cursor.fetchone()
    return None if row is None else Order(*row)


async def hand_over(connection: Connection, order: int, batch: bytes) -> None:
    """Store what a worker has counted."""
    await connection.execute(
        "INSERT INTO pgtoll.recorded (recording, batch) VALUES (%s, %s)", [order, batch]
    )


async def clear_away(connection: Connection) -> None:
    """Delete what nobody asks for any more."""
    await connection.execute("DELETE FROM pgtoll.recording WHERE until <= clock_timestamp()")
    await connection.execute(
        "DELETE FROM pgtoll.recorded r"
        " WHERE NOT EXISTS (SELECT FROM pgtoll.recording o WHERE o.id = r.recording)"
    )


async def begin(connection: Connection) -> int:
    """Have proxies record; return what the recording is called. Raises StoreError."""
    await clear_away(connection)
    try:
        cursor = await connection.execute(
            "INSERT INTO pgtoll.recording (until)"
            " VALUES (clock_timestamp() + make_interval(secs => %s)) RETURNING id",
            [LEASE_SECONDS],
        )
    except errors.UniqueViolation as exc:
        raise StoreError(
            "somebody is recording already: wait until they have ended, or end that command"
        ) from exc
    ((id_,),) = await cursor.fetchall()
    return int(id_)


async def put_off(connection: Connection, order: int) -> bool:
    """Have a recording go on for a while; False when it has ended without us."""
    cursor = await connection.execute(
        "UPDATE pgtoll.recording SET until = clock_timestamp() + make_interval(secs => %s)"
        " WHERE id = %s AND NOT ended",
        [LEASE_SECONDS, order],
    )
    return cursor.rowcount == 1


async def finish(connection: Connection, order: int) -> None:
    """Have proxies hand over what they have, and stop."""
    await connection.execute("UPDATE pgtoll.recording SET ended = true WHERE id = %s", [order])


async def collect(connection: Connection, order: int) -> list[bytes]:
    """Take what proxies have handed over, the oldest first."""
    cursor = await connection.execute(
        "WITH taken AS (DELETE FROM pgtoll.recorded WHERE recording = %s RETURNING id, batch)"
        " SELECT batch FROM taken ORDER BY id",
        [order],
    )
    return [bytes(row[0]) for row in await cursor.fetchall()]


async def forget(connection: Connection, order: int) -> None:
    """Delete a recording, and what is left of it."""
    await connection.execute("DELETE FROM pgtoll.recording WHERE id = %s", [order])
    await connection.execute("DELETE FROM pgtoll.recorded WHERE recording = %s", [order])


async def keep(connection: Connection, file: bytes, days: int) -> None:
    """Keep a recording for the console, in place of the one before."""
    await connection.execute("DELETE FROM pgtoll.kept_recording")
    await connection.execute(
        "INSERT INTO pgtoll.kept_recording (until, file)"
        " VALUES (clock_timestamp() + make_interval(days => %s), %s)",
        [days, file],
    )


async def kept_mark(connection: Connection) -> object:
    """Return what tells one kept recording from another; None when there is none."""
    cursor = await connection.execute(
        "SELECT kept_at FROM pgtoll.kept_recording WHERE until > clock_timestamp()"
    )
    row: Sequence[object] | None = await cursor.fetchone()
    return row and row[0]


async def read_kept(connection: Connection) -> Kept | None:
    """Return the recording that is kept, None when there is none."""
    cursor = await connection.execute(
        "SELECT kept_by, file FROM pgtoll.kept_recording WHERE until > clock_timestamp()"
    )
    row = await cursor.fetchone()
    return None if row is None else Kept(row[0], bytes(row[1]))
