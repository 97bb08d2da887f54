"""Seats granted and recalled in one action, all or nothing, whoever does so at the same moment.

What others have done meanwhile stays. Where it contradicts the action, or leaves no room for it,
the action is refused and says what they did.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from pgtoll.office.history import changes_since, told, version_after
from pgtoll.office.holdings import Holdings
from pgtoll.office.models import Applied, Change, Status
from pgtoll.office.people import act_for
from pgtoll.office.refusals import Meanwhile, NotPossible
from pgtoll.office.standing import check_known, status
from pgtoll.store.link import Connection
from pgtoll.store.seats import lock_seats, no_room
from pgtoll_policy.policy import Policy

MOST_USERS = 10_000  # in one action
LONGEST_NAME = 1_000  # characters; impersonators name users of their own


@dataclass(frozen=True, slots=True)
class Wish:
    """Whom to give a seat of a product, and whose to take."""

    product: str
    grant: tuple[str, ...]
    recall: tuple[str, ...]


def wish(product: str, grant: Iterable[str], recall: Iterable[str]) -> Wish:
    """Return a wish that can be meant. Raises NotPossible."""
    found = Wish(product, tuple(dict.fromkeys(grant)), tuple(dict.fromkeys(recall)))
    if not found.grant and not found.recall:
        raise NotPossible("nothing is to be changed: no user is named")
    if both := sorted(set(found.grant) & set(found.recall)):
        raise NotPossible(f"{_named(both)} cannot be given a seat and lose it in one action")
    if len(found.grant) + len(found.recall) > MOST_USERS:
        raise NotPossible(f"more than {MOST_USERS} users are too many for one action")
    for name in (*found.grant, *found.recall):
        if not 0 < len(name) <= LONGEST_NAME or "\0" in name or not _encodable(name):
            raise NotPossible(f"not a user's name: {name[:LONGEST_NAME]!a}")
    return found


def _encodable(name: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in name)


async def apply(
    connection: Connection,
    holdings: Holdings,
    wanted: Wish,
    *,
    version: str,
    actor: str,
    now: datetime,
) -> Applied:
    """Do all that is wanted. Raises Meanwhile, NotKnown or NotPossible, and then does nothing.

    Without a version, what others did does not matter. The caller knows that the actor may.
    """
    await act_for(connection, actor)
    await lock_seats(connection)
    held = await holdings.read(connection)
    check_known(held.policy, wanted.product)
    changes = await changes_since(connection, wanted.product, version) if version else ()
    seated = await _seated(connection, wanted.product)
    _check_not_contradicted(wanted, seated, changes)
    new = tuple(user for user in wanted.grant if user not in seated)
    gone = tuple(user for user in wanted.recall if user in seated)
    _check_room(held.policy, wanted.product, len(seated) - len(gone), len(new), changes, now)
    await _write(connection, wanted.product, new, gone)
    return Applied(
        product=wanted.product,
        granted=new,
        recalled=gone,
        already=tuple(u for u in (*wanted.grant, *wanted.recall) if u not in {*new, *gone}),
        strangers=(),
        meanwhile=changes,
        version=await version_after(connection),
    )


async def _seated(connection: Connection, product: str) -> frozenset[str]:
    cursor = await connection.execute(
        "SELECT username FROM pgtoll.seat WHERE product = %s", [product]
    )
    return frozenset(row[0] for row in await cursor.fetchall())


def _check_not_contradicted(
    wanted: Wish, seated: frozenset[str], changes: tuple[Change, ...]
) -> None:
    """Refuse to undo, unseen, what somebody else did to the same user."""
    last = {one.subject: one for one in changes if one.act in ("grant", "revoke")}
    opposite = dict.fromkeys(wanted.grant, "revoke") | dict.fromkeys(wanted.recall, "grant")
    against = tuple(last[u] for u, act in opposite.items() if u in last and last[u].act == act)
    if against:
        raise Meanwhile(f"nothing was changed: meanwhile {told(against)}", against)
    missing = [user for user in wanted.recall if user not in seated and user not in last]
    if missing:
        raise NotPossible(f"no seat of product {wanted.product} is granted to {_named(missing)}")


def _check_room(
    policy: Policy, product: str, taken: int, new: int, changes: tuple[Change, ...], now: datetime
) -> None:
    """Refuse what would be more than was bought. Raises Meanwhile when others are the reason."""
    if not new:
        return
    if reason := _no_room(policy, product, taken, new, now):
        if changes:
            raise Meanwhile(f"{reason}; meanwhile {told(changes)}", changes)
        raise NotPossible(reason)


def _no_room(policy: Policy, product: str, taken: int, new: int, now: datetime) -> str:
    """Return why these seats cannot be granted, "" when they can."""
    span = policy.span(product, now)
    found = status(span)
    if span is None:
        return f"product {product} has no license: in demo mode nobody needs a seat"
    if found is Status.SERVER:
        return f"product {product} has a server license: nobody needs a seat"
    if found is not Status.SEATS:
        return f"product {product} has no personal license in force: {span.reason}"
    if taken + new > span.seats:
        return no_room(product, span.seats, taken, new)
    return ""


async def _write(
    connection: Connection, product: str, new: tuple[str, ...], gone: tuple[str, ...]
) -> None:
    await connection.execute(
        "DELETE FROM pgtoll.seat WHERE product = %s AND username = ANY (%s)", [product, list(gone)]
    )
    await connection.execute(
        "INSERT INTO pgtoll.seat (product, username) SELECT %s, unnest(%s::text[])",
        [product, list(new)],
    )


def _named(users: list[str]) -> str:
    more = len(users) - 10
    return ", ".join(users[:10]) + (f" and {more} more" if more > 0 else "")
