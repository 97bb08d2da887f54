"""What there is of seats, rows and refusals, written down once a day by the proxy that comes first.

It is kept for two years.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from pgtoll.config import Config
from pgtoll.office import tables
from pgtoll.office.holdings import Held, Holdings
from pgtoll.office.idleness import count_users
from pgtoll.office.links import Links
from pgtoll.office.models import TableCap
from pgtoll.office.retention import LATE
from pgtoll.store.link import Connection
from pgtoll_policy.policy import State

KEPT_DAYS = 730
USED_DAYS = 30  # whoever was here on one of so many days uses the seat
MOST_TABLES = 50  # in demo mode, the fullest
MOST_USERS = 1_000_000  # whose last day is kept: an application may make up names

_TURN = "SELECT pg_try_advisory_xact_lock(8097830)"  # any number of our own
_DONE = "SELECT FROM pgtoll.day WHERE day = %(today)s"
_DAY = "INSERT INTO pgtoll.day (day, users) VALUES (%(today)s, %(users)s)"
_SEATS = """
    SELECT s.product, count(*)::int, (count(*) FILTER (WHERE n.last_day > %(since)s))::int
    FROM pgtoll.seat s LEFT JOIN pgtoll.seen n ON n.username = s.username GROUP BY s.product
"""
_PRODUCT = """
    INSERT INTO pgtoll.day_product (day, product, bought, granted, used) VALUES (%s, %s, %s, %s, %s)
"""
_TABLE = """
    INSERT INTO pgtoll.day_table (day, schema_name, table_name, product, held, cap)
    VALUES (%s, %s, %s, %s, %s, %s)
"""
# Whoever deletes refusals does not delete what was counted of them.
_REFUSALS = """
    INSERT INTO pgtoll.day_refusal AS d (day, product, kind, refusals, users)
    SELECT r.at::date, r.product, r.kind, count(*), count(DISTINCT r.username)
    FROM pgtoll.refusal r
    WHERE r.at < %(today)s::date AND r.at >= coalesce(
      (SELECT max(day) FROM pgtoll.day WHERE day < %(today)s) - %(late)s::int, %(oldest)s::date)
    GROUP BY 1, 2, 3
    ON CONFLICT (day, product, kind) DO UPDATE
    SET refusals = greatest(d.refusals, excluded.refusals),
      users = greatest(d.users, excluded.users)
"""
_FORGET = (
    "DELETE FROM pgtoll.day WHERE day < %(oldest)s",
    "DELETE FROM pgtoll.day_refusal WHERE day < %(oldest)s",
    "DELETE FROM pgtoll.seen WHERE last_day < %(oldest)s",
    """
    DELETE FROM pgtoll.seen WHERE username IN (
      SELECT username FROM pgtoll.seen ORDER BY last_day DESC, username OFFSET %(most)s)
    """,
)


class Sampling:
    """Takes each day's sample, unless another proxy has."""

    def __init__(self) -> None:
        self._done: date | None = None  # the last day that is known to be written down

    async def take(self, config: Config, now: datetime) -> bool:
        """Write down what there is on this day; return whether that was done here and now.

        Raises StoreError; nothing is written then.
        """
        today = now.date()
        if self._done == today:
            return False
        store, served = Links(config.store.dsn, 1), Links(config.server.dsn, 1)
        try:
            async with store.transaction("write down the day's figures") as connection:
                cursor = await connection.execute(_TURN)
                ((turn,),) = await cursor.fetchall()
                if not turn:  # somebody else is at it
                    return False
                taken = await _take(connection, served, config, now)
        finally:
            await store.close()
            await served.close()
        self._done = today
        return taken


async def _take(connection: Connection, served: Links, config: Config, now: datetime) -> bool:
    today = now.date()
    asked = {
        "today": today,
        "since": today - timedelta(days=USED_DAYS),
        "oldest": today - timedelta(days=KEPT_DAYS),
        "late": LATE,
        "most": MOST_USERS,
    }
    cursor = await connection.execute(_DONE, asked)
    if await cursor.fetchall():
        return False
    held = await Holdings.of(config).read(connection)
    users = await count_users(connection, today, USED_DAYS)
    await connection.execute(_DAY, asked | {"users": users})
    cursor = await connection.execute(_SEATS, asked)
    await _write_products(connection, held, await cursor.fetchall(), now)
    await _write_tables(connection, await _fullest(served, held, now), today)
    await connection.execute(_REFUSALS, asked)
    for sql in _FORGET:
        await connection.execute(sql.encode(), asked)
    return True


async def _write_products(
    connection: Connection, held: Held, seats: Sequence[tuple[str, int, int]], now: datetime
) -> None:
    """Write down the seats of every product that has any."""
    policy, granted = held.policy, {code: (count, used) for code, count, used in seats}
    rows = []
    for code in sorted(policy.products.keys() | granted.keys()):
        bought, (count, used) = policy.seats(code, now), granted.get(code, (0, 0))
        if bought or count:
            rows.append((now.date(), code, bought, count, used))
    async with connection.cursor() as cursor:
        await cursor.executemany(_PRODUCT, rows)


async def _fullest(served: Links, held: Held, now: datetime) -> tuple[TableCap, ...]:
    """Return the tables in demo mode with the most rows, as the server believes, counted."""
    policy = held.policy
    demo = frozenset(
        code for code in policy.products if policy.seated(code, None, now).state is State.DEMO
    )
    async with served.transaction("count the rows of tables") as connection:
        everything = await tables.read_tables(connection)
        found, belongs, _ = tables.capped(everything, demo, policy)
        found.sort(key=lambda one: (-one.rows, one.path))
        return await tables.count_rows(connection, found[:MOST_TABLES], policy, belongs)


async def _write_tables(connection: Connection, counted: Sequence[TableCap], today: date) -> None:
    rows = [
        (today, one.schema, one.table, " and ".join(one.products), one.rows, one.cap)
        for one in counted
        if one.rows
    ]
    async with connection.cursor() as cursor:
        await cursor.executemany(_TABLE, rows)
