"""What is remembered and decides nothing: figures of days, who was here last, audit and refusals.

It only adds up: what one of two stores knows and the other does not is known to both afterwards.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from pgtoll.backup.contents import (
    Contents,
    Day,
    Event,
    ProductDay,
    Refusal,
    RefusalDay,
    Seen,
    TableDay,
)
from pgtoll.backup.rows import Row, Tell, batches, columns
from pgtoll.store.link import Connection

MOST_RECORDS = 100_000  # of the audit, and of refusals: the latest; the rest stays where it is

# The step of the schema since which days are kept, unless some come from a store that has kept
# them for longer.
_RECORDED = """
SELECT least((m.applied_at AT TIME ZONE 'UTC')::date, (SELECT b.day FROM pgtoll.days_before b))
FROM pgtoll.migration m WHERE m.name = 'days'
"""
_SEEN = "SELECT username, last_day FROM pgtoll.seen ORDER BY 1"
_DAYS = "SELECT day, users FROM pgtoll.day ORDER BY 1"
_PRODUCT_DAYS = "SELECT day, product, bought, granted, used FROM pgtoll.day_product ORDER BY 1, 2"
_TABLE_DAYS = """
SELECT day, schema_name, table_name, product, held, cap FROM pgtoll.day_table ORDER BY 1, 2, 3
"""
# With those of today, and of whichever day nobody has counted since.
_REFUSAL_DAYS = """
SELECT day, product, kind, max(refusals)::int8, max(users)::int4 FROM (
  SELECT day, product, kind, refusals, users FROM pgtoll.day_refusal
  UNION ALL
  SELECT at::date, product, kind, count(*), count(DISTINCT username) FROM pgtoll.refusal
  WHERE at >= (SELECT coalesce(max(day) - 2, '-infinity') FROM pgtoll.day)
  GROUP BY 1, 2, 3
) r GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""
_EVENTS = """
SELECT * FROM (
  SELECT at, kind, outcome, username, act, message, client, proxy
  FROM pgtoll.event ORDER BY id DESC LIMIT %s) latest ORDER BY at
"""
_REFUSALS = """
SELECT * FROM (
  SELECT at, username, kind, sqlstate, product, schema_name, table_name, sql, client
  FROM pgtoll.refusal ORDER BY id DESC LIMIT %s) latest ORDER BY at
"""


async def read_recorded(connection: Connection) -> date:
    """Return since when it is known who was here."""
    cursor = await connection.execute(_RECORDED)
    recorded: date
    ((recorded,),) = await cursor.fetchall()
    return recorded


async def read_past(connection: Connection, contents: Contents, *, refusals: bool) -> Contents:
    """Return contents with what is remembered besides; `refusals` also with what was refused."""
    return replace(
        contents,
        refusals=await _read(connection, Refusal, _REFUSALS, MOST_RECORDS) if refusals else (),
        seen=await _read(connection, Seen, _SEEN),
        days=await _read(connection, Day, _DAYS),
        product_days=await _read(connection, ProductDay, _PRODUCT_DAYS),
        table_days=await _read(connection, TableDay, _TABLE_DAYS),
        refusal_days=await _read(connection, RefusalDay, _REFUSAL_DAYS),
        events=await _read(connection, Event, _EVENTS, MOST_RECORDS),
    )


async def _read(
    connection: Connection, make: Callable[..., Row], sql: str, *most: int
) -> tuple[Row, ...]:
    cursor = await connection.execute(sql.encode(), most or None)
    return tuple(make(*row) for row in await cursor.fetchall())


# Writing


@dataclass(frozen=True, slots=True)
class Added:
    """How much was new to a store."""

    days: int = 0  # figures of days
    seen: int = 0  # users, here last on a later day than it knew of
    events: int = 0
    refusals: int = 0


_KEPT = """
INSERT INTO pgtoll.days_before AS b (day) VALUES (%s)
ON CONFLICT (one) DO UPDATE SET day = excluded.day WHERE b.day > excluded.day
"""


async def write_past(connection: Connection, file: Contents, tell: Tell) -> Added:
    """Add what a file remembers to what the store does."""
    if file.origin.recorded is not None:
        await connection.execute(_KEPT, [file.origin.recorded])
    added = {"days": 0, "seen": 0, "events": 0, "refusals": 0}
    for what, into, rows in (
        ("days", _INTO_DAYS, file.days),
        ("days", _INTO_PRODUCT_DAYS, file.product_days),
        ("days", _INTO_TABLE_DAYS, file.table_days),
        ("days", _INTO_REFUSAL_DAYS, file.refusal_days),
        ("seen", _INTO_SEEN, file.seen),
        ("events", _INTO_EVENTS, file.events),
        ("refusals", _INTO_REFUSALS, file.refusals),
    ):
        added[what] += await _write(connection, into, rows, tell)
    return Added(**added)


@dataclass(frozen=True, slots=True)
class _Into:
    """Where rows of a kind go."""

    what: str
    sql: str  # of the rows as n; rowcount says how many were new
    types: Mapping[str, str]  # of the fields, in the order of the columns


async def _write(connection: Connection, into: _Into, rows: Sequence[object], tell: Tell) -> int:
    arrays = ", ".join(f"%s::{kind}[]" for kind in into.types.values())
    sql = into.sql.replace("ROWS", f"unnest({arrays})").encode()
    new = 0
    for some in batches(rows, into.what, tell):
        cursor = await connection.execute(sql, columns(some, *into.types))
        new += cursor.rowcount
    return new


_INTO_SEEN = _Into(
    "users",
    """
    INSERT INTO pgtoll.seen AS s (username, last_day) SELECT * FROM ROWS
    ON CONFLICT (username) DO UPDATE SET last_day = excluded.last_day
    WHERE s.last_day < excluded.last_day
    """,
    {"user": "text", "last_day": "date"},
)
_INTO_DAYS = _Into(
    "days",
    """
    INSERT INTO pgtoll.day AS d (day, users) SELECT * FROM ROWS
    ON CONFLICT (day) DO UPDATE SET users = excluded.users WHERE d.users < excluded.users
    """,
    {"day": "date", "users": "int"},
)
# Of a day that both stores have written down, what was written down here stays.
_INTO_PRODUCT_DAYS = _Into(
    "figures of seats",
    """
    INSERT INTO pgtoll.day_product (day, product, bought, granted, used) SELECT * FROM ROWS
    ON CONFLICT DO NOTHING
    """,
    {"day": "date", "product": "text", "bought": "int", "granted": "int", "used": "int"},
)
_INTO_TABLE_DAYS = _Into(
    "figures of tables",
    """
    INSERT INTO pgtoll.day_table (day, schema_name, table_name, product, held, cap)
    SELECT * FROM ROWS ON CONFLICT DO NOTHING
    """,
    {
        "day": "date",
        "schema": "text",
        "table": "text",
        "product": "text",
        "rows": "int",
        "cap": "int",
    },
)
_INTO_REFUSAL_DAYS = _Into(
    "figures of refusals",
    """
    INSERT INTO pgtoll.day_refusal AS d (day, product, kind, refusals, users) SELECT * FROM ROWS
    ON CONFLICT (day, product, kind) DO UPDATE
    SET refusals = greatest(d.refusals, excluded.refusals),
      users = greatest(d.users, excluded.users)
    WHERE d.refusals < excluded.refusals OR d.users < excluded.users
    """,
    {"day": "date", "product": "text", "kind": "text", "refusals": "int8", "users": "int"},
)
_INTO_EVENTS = _Into(
    "events",
    """
    INSERT INTO pgtoll.event (at, kind, outcome, username, act, message, client, proxy, change)
    SELECT n.*, NULL FROM ROWS AS n (at, kind, outcome, username, act, message, client, proxy)
    WHERE NOT EXISTS (SELECT FROM pgtoll.event e WHERE e.at = n.at
      AND (e.kind, e.username, e.act, e.message, e.client, e.proxy)
        = (n.kind, n.username, n.act, n.message, n.client, n.proxy))
    """,
    {"at": "timestamptz"}
    | dict.fromkeys(("kind", "outcome", "user", "act", "message", "client", "proxy"), "text"),
)
_REFUSED = ("user", "kind", "sqlstate", "product", "schema", "table", "sql", "client")
_INTO_REFUSALS = _Into(
    "refusals",
    """
    INSERT INTO pgtoll.refusal (at, username, kind, sqlstate, product, schema_name, table_name,
      sql, client, change)
    SELECT n.*, NULL FROM ROWS AS n (at, username, kind, sqlstate, product, schema_name,
      table_name, sql, client)
    WHERE NOT EXISTS (SELECT FROM pgtoll.refusal r
      WHERE r.at = n.at AND r.username = n.username AND r.sql = n.sql)
    """,
    {"at": "timestamptz"} | dict.fromkeys(_REFUSED, "text"),
)
