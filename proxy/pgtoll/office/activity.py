"""What was refused lately, why it would be refused still, and what puts it right."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from pgtoll.office.history import read_version, version_now
from pgtoll.office.holdings import Held
from pgtoll.office.models import Activity, Fix, RefusalLine, Status
from pgtoll.office.standing import status
from pgtoll.store.link import Connection
from pgtoll_policy.policy import Policy, ProductState, State

CAP = "53400"  # the SQLSTATE of what would put too many rows into a table in demo mode

_COLUMNS = """
    SELECT r.id, r.at, r.username, r.kind, r.sqlstate, r.product, r.schema_name, r.table_name,
      r.sql, r.client
    FROM pgtoll.refusal r
"""
_PAGE = f"""{_COLUMNS}
    WHERE (%(before)s::bigint IS NULL OR r.id < %(before)s)
      AND (%(user)s = '' OR r.username = %(user)s)
      AND (%(product)s = '' OR r.product = %(product)s)
    ORDER BY r.id DESC LIMIT %(limit)s
"""
# Several proxies write: what has a lower number may be committed later.
_NEW = f"""{_COLUMNS}
    WHERE r.change >= pg_snapshot_xmin(%(version)s::pg_snapshot)
      AND NOT pg_visible_in_snapshot(r.change, %(version)s::pg_snapshot)
      AND r.change < pg_snapshot_xmax(pg_current_snapshot())
      AND (%(user)s = '' OR r.username = %(user)s)
      AND (%(product)s = '' OR r.product = %(product)s)
    ORDER BY r.id DESC LIMIT %(limit)s
"""

_RANKS = """
    SELECT product, username, rank FROM (
      SELECT product, username, row_number() OVER (
        PARTITION BY product ORDER BY granted_at, username COLLATE "C") - 1 AS rank
      FROM pgtoll.seat WHERE product = ANY (%(products)s)
    ) s WHERE username = ANY (%(users)s)
"""
_USED = "SELECT product, count(*) FROM pgtoll.seat WHERE product = ANY (%s) GROUP BY product"

Seat = tuple[str, str]  # a product and a user


@dataclass(frozen=True, slots=True)
class Seats:
    """What is known of the seats of those who were refused."""

    ranks: Mapping[Seat, int]
    used: Mapping[str, int]


async def read_activity(
    connection: Connection,
    held: Held,
    now: datetime,
    *,
    since: str,
    before: int | None,
    user: str,
    product: str,
    limit: int,
) -> Activity:
    """Return the latest refusals, the newest first; `since` a version, those recorded after it."""
    asked: dict[str, object] = {
        "before": before,
        "user": user,
        "product": product,
        "limit": limit,
    }
    if since:
        asked |= read_version(since)
    cursor = await connection.execute((_NEW if since else _PAGE).encode(), asked)
    rows = [RefusalLine(*row) for row in await cursor.fetchall()]
    products, users = {row.product for row in rows}, {row.user for row in rows}
    seats = await _read_seats(connection, products, users)
    lines = tuple(_line(row, held.policy, seats, now) for row in rows)
    return Activity(lines, await version_now(connection))


async def _read_seats(connection: Connection, products: set[str], users: set[str]) -> Seats:
    asked = {"products": sorted(products), "users": sorted(users)}
    cursor = await connection.execute(_RANKS, asked)
    ranks = {(product, user): rank for product, user, rank in await cursor.fetchall()}
    cursor = await connection.execute(_USED, [asked["products"]])
    return Seats(ranks, dict(await cursor.fetchall()))


def _line(recorded: RefusalLine, policy: Policy, seats: Seats, now: datetime) -> RefusalLine:
    user, product = recorded.user, recorded.product
    state = policy.seated(product, seats.ranks.get((product, user)), now)
    if recorded.sqlstate == CAP:
        reason, fixes = _of_cap(policy, state)
    elif not product:
        reason, fixes = "it could not be checked what it touches", ()
    else:
        reason, fixes = _of_license(policy, state, user, seats, now)
    return replace(recorded, reason=reason, fixes=fixes)


def _of_cap(policy: Policy, state: ProductState) -> tuple[str, tuple[Fix, ...]]:
    if state.state is not State.DEMO:
        return f"product {state.product} is not in demo mode any more", ()
    return (
        f"in demo mode a table takes up to {policy.cap} rows",
        (
            Fix("upload", state.product, "", f"Upload a license of {state.title}"),
            Fix("request", state.product, "", f"Request a license of {state.title}"),
        ),
    )


def _of_license(
    policy: Policy, state: ProductState, user: str, seats: Seats, now: datetime
) -> tuple[str, tuple[Fix, ...]]:
    product, title = state.product, state.title
    if state.state is not State.REFUSED:
        return f"{user} may use {title} by now: {state.reason}", ()
    span = policy.span(product, now)
    if span is None or status(span) is not Status.SEATS:
        return state.reason, (
            Fix("upload", product, "", f"Upload a newer license of {title}"),
            Fix("request", product, "", f"Request a license of {title}"),
        )
    if seats.used.get(product, 0) < span.seats:
        return state.reason, (Fix("grant", product, user, f"Give {user} a seat of {title}"),)
    return state.reason, (
        Fix("recall", product, "", f"Recall a seat of {title}: all {span.seats} are taken"),
        Fix("request", product, user, f"Request more seats of {title}"),
    )
