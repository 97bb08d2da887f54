"""Seats of personal licenses: granted and revoked, never more than were bought."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from pgtoll.counts import plural
from pgtoll.errors import StoreError
from pgtoll.store.link import Connection
from pgtoll_policy.policy import Grant, Policy


@dataclass(frozen=True, slots=True)
class Seat:
    """One grant of a personal license to one user."""

    product: str
    user: str
    granted_at: datetime
    granted_by: str


@dataclass(frozen=True, slots=True)
class GrantResult:
    """What granting did; together the first two are all users that were asked for."""

    granted: tuple[str, ...]
    already: tuple[str, ...]  # had a seat before
    strangers: tuple[str, ...]  # of both: names of no login role of this server


async def read_seats(connection: Connection, product: str | None = None) -> list[Seat]:
    """Return the seats of one product or of all, in the order in which they count."""
    cursor = await connection.execute(
        "SELECT product, username, granted_at, granted_by FROM pgtoll.seat"
        " WHERE %(product)s::text IS NULL OR product = %(product)s"
        ' ORDER BY product, granted_at, username COLLATE "C"',
        {"product": product},
    )
    return [Seat(*row) for row in await cursor.fetchall()]


def as_grants(seats: Iterable[Seat]) -> list[Grant]:
    """Return the seats as the policy takes them."""
    return [Grant(seat.product, seat.user, seat.granted_at) for seat in seats]


async def lock_seats(connection: Connection) -> None:
    """Wait until nobody else changes licenses or seats, and keep it so until the transaction ends.

    Licenses come first, as in every transaction that locks both.
    """
    await connection.execute("LOCK TABLE pgtoll.document IN SHARE MODE")
    await connection.execute("LOCK TABLE pgtoll.seat IN SHARE ROW EXCLUSIVE MODE")


async def grant(
    connection: Connection, policy: Policy, product: str, users: Iterable[str], now: datetime
) -> GrantResult:
    """Give each user a seat, or none of them one. Raises StoreError.

    The caller has locked the seats before it made the policy.
    """
    wanted = _checked(users)
    check_product(policy, product, now)
    held = {seat.user for seat in await read_seats(connection, product)}
    new = tuple(user for user in wanted if user not in held)
    check_room(product, policy.seats(product, now), len(held), len(new))
    await _insert(connection, product, new)
    return GrantResult(
        granted=new,
        already=tuple(user for user in wanted if user in held),
        strangers=await _strangers(connection, wanted),
    )


async def revoke(connection: Connection, product: str, users: Iterable[str]) -> tuple[str, ...]:
    """Take each user's seat away, or nobody's. Raises StoreError."""
    wanted = _checked(users)
    cursor = await connection.execute(
        "DELETE FROM pgtoll.seat WHERE product = %s AND username = ANY (%s) RETURNING username",
        [product, list(wanted)],
    )
    gone = {row[0] for row in await cursor.fetchall()}
    if missing := [user for user in wanted if user not in gone]:
        raise StoreError(f"no seat of product {product} is granted to {', '.join(missing)}")
    return wanted


def _checked(users: Iterable[str]) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(users))
    if not names:
        raise StoreError("no user is named")
    for name in names:
        if not name or "\0" in name:
            raise StoreError(f"not a user's name: {name!r}")
    return names


def check_product(policy: Policy, product: str, now: datetime) -> None:
    """Raise StoreError unless seats of a product can be granted now."""
    if product not in policy.products:
        raise StoreError(f"product {product} is not known here: upload its product file first")
    if not any(license.product == product for license in policy.licenses.values()):
        raise StoreError(f"product {product} has no license: in demo mode nobody needs a seat")
    if policy.seats(product, now) == 0:
        raise StoreError(f"product {product} has no personal license in force")


def check_room(product: str, bought: int, taken: int, new: int) -> None:
    """Raise StoreError when there are fewer seats than would be taken."""
    if new and taken + new > bought:
        raise StoreError(no_room(product, bought, taken, new))


def no_room(product: str, bought: int, taken: int, new: int) -> str:
    """Say why that many seats more cannot be granted."""
    verb = "is" if taken == 1 else "are"
    return (
        f"product {product} has {plural(bought, 'seat')} and {taken} {verb} taken: "
        f"cannot grant {new} more"
    )


async def _insert(connection: Connection, product: str, users: Iterable[str]) -> None:
    await connection.execute(
        "INSERT INTO pgtoll.seat (product, username) SELECT %s, unnest(%s::text[])",
        [product, list(users)],
    )


async def _strangers(connection: Connection, users: Iterable[str]) -> tuple[str, ...]:
    cursor = await connection.execute(
        "SELECT u FROM unnest(%s::text[]) WITH ORDINALITY AS named (u, place)"
        " WHERE NOT EXISTS (SELECT FROM pg_roles r WHERE r.rolname::text = u AND r.rolcanlogin)"
        " ORDER BY place",
        [list(users)],
    )
    return tuple(row[0] for row in await cursor.fetchall())
