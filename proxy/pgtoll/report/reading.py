"""Reads the figures of a report from the store, all of one moment."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from pgtoll.config import Config
from pgtoll.office.holdings import Held, Holdings
from pgtoll.office.idleness import Uses, count_users, read_uses
from pgtoll.office.links import Links
from pgtoll.office.models import Status
from pgtoll.office.standing import fault_of, product_lines
from pgtoll.report.figures import (
    Figures,
    IdleSeat,
    LicenseFigures,
    ProductFigures,
    RefusalDay,
    SeatDay,
    TableDay,
    UserRefusals,
    UsersDay,
)
from pgtoll.store.link import Connection
from pgtoll.store.store import OBSERVED
from pgtoll_policy.documents import License

SOON_DAYS = 60  # a license that ends within so many days is to be decided about

_SEATS = """
    SELECT day, product, bought, granted, used FROM pgtoll.day_product
    WHERE day >= %(since)s ORDER BY day, product
"""
# Of today, and of what has been recorded since the last day was written down. What was only
# observed was not refused.
_REFUSALS = """
    SELECT day, product, coalesce(sum(most) FILTER (WHERE kind <> %(observed)s), 0)::int8,
      coalesce(sum(most) FILTER (WHERE kind = %(observed)s), 0)::int8
    FROM (
      SELECT day, product, kind, max(refusals) AS most FROM (
        SELECT day, product, kind, refusals FROM pgtoll.day_refusal WHERE day >= %(since)s
        UNION ALL
        SELECT at::date, product, kind, count(*) FROM pgtoll.refusal
        WHERE at >= %(since)s::date GROUP BY at::date, product, kind
      ) told GROUP BY day, product, kind
    ) r GROUP BY day, product ORDER BY day, product
"""
_REFUSED = """
    SELECT username, product, count(*) FILTER (WHERE kind <> %(observed)s), max(at)::date,
      count(*) FILTER (WHERE kind = %(observed)s)
    FROM pgtoll.refusal WHERE at >= %(since)s::date GROUP BY username, product
    ORDER BY 3 DESC, 5 DESC, 1, 2
"""
_LACKING = """
    SELECT r.product, count(DISTINCT r.username) FILTER (WHERE r.kind <> %(observed)s),
      count(DISTINCT r.username)
    FROM pgtoll.refusal r
    WHERE r.at >= %(since)s::date AND r.product <> '' AND r.sqlstate = '42501' AND NOT EXISTS (
      SELECT FROM pgtoll.seat s WHERE s.product = r.product AND s.username = r.username)
    GROUP BY r.product
"""
_TABLES = """
    SELECT day, schema_name || '.' || table_name, product, held, cap FROM pgtoll.day_table
    WHERE day >= %(since)s ORDER BY day, 2
"""
_CROWD = "SELECT day, users FROM pgtoll.day WHERE day >= %(since)s ORDER BY day"


async def read_figures(config: Config, now: datetime, *, days: int, idle_days: int) -> Figures:
    """Return the figures of so many days. Raises StoreError."""
    store = Links(config.store.dsn, 1)
    try:
        async with store.moment("read the figures") as connection:
            held = await Holdings.of(config).read(connection)
            since = now.date() - timedelta(days=days)
            return await _read(connection, held, now, since, idle_days)
    finally:
        await store.close()


async def _read(
    connection: Connection, held: Held, now: datetime, since: date, idle_days: int
) -> Figures:
    today = now.date()
    uses = await read_uses(connection)
    idle = tuple(
        IdleSeat(one.product, one.user, one.granted, one.last_day,
                 one.idle_days(uses.recorded, today))
        for one in uses.idle(idle_days, today)
    )  # fmt: skip
    refusals = tuple(RefusalDay(*row) for row in await _rows(connection, _REFUSALS, since))
    lacking = {
        code: (refused, everybody - refused)
        for code, refused, everybody in await _rows(connection, _LACKING, since)
    }
    return Figures(
        at=now,
        since=since,
        idle_days=idle_days,
        recorded=uses.recorded,
        users=await count_users(connection, today, idle_days),
        products=_products(held, uses, idle, refusals, lacking, now),
        idle=idle,
        licenses=_licenses(held, now),
        seats=tuple(SeatDay(*row) for row in await _rows(connection, _SEATS, since)),
        refusals=refusals,
        refused=tuple(UserRefusals(*row) for row in await _rows(connection, _REFUSED, since)),
        tables=tuple(TableDay(*row) for row in await _rows(connection, _TABLES, since)),
        crowd=tuple(UsersDay(*row) for row in await _rows(connection, _CROWD, since)),
    )


async def _rows(connection: Connection, sql: str, since: date) -> list[tuple[Any, ...]]:
    cursor = await connection.execute(sql.encode(), {"since": since, "observed": OBSERVED})
    return await cursor.fetchall()


def _products(
    held: Held,
    uses: Uses,
    idle: Sequence[IdleSeat],
    refusals: Sequence[RefusalDay],
    lacking: Mapping[str, tuple[int, int]],
    now: datetime,
) -> tuple[ProductFigures, ...]:
    """Return every product that has a license, a seat or a refusal, and those in demo mode."""
    granted = Counter(one.product for one in uses.seats)
    unused = Counter(one.product for one in idle)
    refused, observed = Counter[str](), Counter[str]()
    for day in refusals:
        refused[day.product] += day.refusals
        observed[day.product] += day.observed
    expiries = {one.product: one for one in held.policy.expiring(now, timedelta(days=SOON_DAYS))}
    found = []
    for line in product_lines(held, granted, now):
        expiry = expiries.get(line.code)
        seats = line.status is Status.SEATS
        lack, would_lack = lacking.get(line.code, (0, 0)) if seats else (0, 0)
        found.append(
            ProductFigures(
                code=line.code,
                title=line.title,
                status=line.status.value,
                reason=line.reason,
                bought=line.bought,
                granted=line.used,
                idle=unused[line.code],
                due=_last_day(line.due) if line.due else None,
                expired=expiry is not None and expiry.over,
                expires=expiry.reason if expiry else "",
                refused=refused[line.code],
                observed=observed[line.code],
                lacking=lack,
                would_lack=would_lack,
            )
        )
    return tuple(found)


def _licenses(held: Held, now: datetime) -> tuple[LicenseFigures, ...]:
    """Return the licenses that verify, by the day they end."""
    found = [
        LicenseFigures(
            id=one.id,
            product=one.product,
            title=_title(held, one.product),
            seats=one.seats,
            starts=one.starts.date(),
            ends=_last_day(one.due),
            state=fault_of(held, one, now) or "in force",
        )
        for one in held.documents.values()
        if isinstance(one, License)
    ]
    return tuple(sorted(found, key=lambda one: (one.ends, one.title, one.id)))


def _title(held: Held, code: str) -> str:
    return held.policy.products[code].title if code in held.policy.products else code


def _last_day(due: datetime) -> date:
    return (due - timedelta(microseconds=1)).date()
