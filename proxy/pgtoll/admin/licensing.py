"""What SHOW PRODUCTS, LICENSES, SEATS, CAPS and REFUSALS show: the desk's values as tables."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

from pgtoll.admin.answers import Table, Value, columns
from pgtoll.office.desk import Desk
from pgtoll.office.models import LicenseLine, ProductPage, RefusalLine, Slice
from pgtoll_policy.coverage import last_day
from pgtoll_policy.fields import instant_text

MOST = Slice(limit=10_000)  # rows of an answer: a person reads it
LATEST = 100  # refusals

PRODUCTS = columns(
    "product", "title", "state", "starts", "due", "seats#", "granted#", "reason", "warning"
)
LICENSES = columns(
    "product", "license", "type", "seats#", "starts", "due", "days_left#", "state", "customer",
    "version", "serial#", "uploaded_by",
)  # fmt: skip
SEATS = columns("product", "user", "counts", "may_log_in", "granted_at", "granted_by")
CAPS = columns("product", "schema", "table", "rows#", "cap#", "state")
REFUSALS = columns("at", "user", "kind", "sqlstate", "product", "schema", "table", "sql", "client")


async def products(desk: Desk, now: datetime) -> Table:
    overview = await desk.overview(now)
    rows: list[tuple[Value, ...]] = [
        (
            line.code,
            line.title,
            line.status.value,
            _instant(line.starts),
            _instant(line.due),
            line.bought,
            line.used,
            line.reason,
            line.warning,
        )
        for line in overview.products
    ]
    return Table(PRODUCTS, rows)


async def licenses(desk: Desk, now: datetime) -> Table:
    found = [
        _license(page.line.code, line, now)
        async for page in _pages(desk, now, Slice(limit=0))
        for line in page.licenses
    ]
    return Table(LICENSES, found)


def _license(product: str, line: LicenseLine, now: datetime) -> tuple[Value, ...]:
    stored, said = line.stored, line.license
    state = line.fault or "in force"
    if said is None:
        nothing: tuple[Value, ...] = (None,) * 5
        return (product, stored.id, *nothing, state, None, None, stored.serial, stored.uploaded_by)
    left = max((said.due - now).days, 0)
    dates = (_instant(said.starts), last_day(said.due), left)
    terms = (said.type.value, said.seats, *dates, state, said.customer, said.version)
    return (product, stored.id, *terms, stored.serial, stored.uploaded_by)


async def seats(desk: Desk, now: datetime) -> Table:
    found = [
        (
            page.line.code,
            seat.user,
            _yes(seat.counts),
            _yes(seat.may_log_in),
            _instant(seat.granted_at),
            seat.granted_by,
        )
        async for page in _pages(desk, now, MOST)
        for seat in page.seats
    ]
    return Table(SEATS, found)


async def _pages(desk: Desk, now: datetime, some: Slice) -> AsyncIterator[ProductPage]:
    for line in (await desk.overview(now)).products:
        yield await desk.product(line.code, now, seats=some)


async def caps(desk: Desk, now: datetime) -> Table:
    page = await desk.caps(now, some=MOST)
    rows: list[tuple[Value, ...]] = [
        (
            ", ".join(one.products),
            one.schema,
            one.table,
            one.rows,
            one.cap,
            "over" if one.over else "full" if one.full else "locked" if one.rows is None else "",
        )
        for one in page.tables
    ]
    return Table(CAPS, rows)


async def refusals(desk: Desk, now: datetime) -> Table:
    latest = await desk.activity(now, limit=LATEST)
    return Table(REFUSALS, [_refusal(line) for line in latest.refusals])


def _refusal(line: RefusalLine) -> tuple[Value, ...]:
    where = (line.product, line.schema, line.table, line.sql, line.client)
    return (_instant(line.at), line.user, line.kind, line.sqlstate, *where)


def _instant(when: datetime | None) -> str | None:
    return None if when is None else instant_text(when)


def _yes(holds: bool) -> str:
    return "yes" if holds else "no"
