"""Who loses their seat when the documents change: told to whoever changes them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from pgtoll_policy.policy import Grant, Policy, State


@dataclass(frozen=True, slots=True)
class LostSeat:
    """A seat that was good for something, and is not any more."""

    product: str
    user: str
    reason: str  # one clause, such as "user's seat is beyond the 2 that were bought"


def lost_seats(
    before: Policy, after: Policy, grants: Iterable[Grant], now: datetime
) -> tuple[LostSeat, ...]:
    """Return the seats that were in force and are not now, the last granted of a product last.

    When fewer seats are left than are granted, the earliest grants keep theirs, then the first by
    name: everybody works out the same.
    """
    found: list[LostSeat] = []
    for grant in sorted(grants, key=lambda one: (one.product, one.granted_at, one.user)):
        state = after.state(grant.product, grant.user, now)
        had = before.state(grant.product, grant.user, now).state is State.LICENSED
        if had and state.state is State.REFUSED:
            found.append(LostSeat(grant.product, grant.user, state.reason))
    return tuple(found)
