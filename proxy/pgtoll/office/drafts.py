"""What licenses and seats would be after some changes that nobody has made yet.

Files are admitted and seats counted as they are when they are uploaded and granted; only nothing
is stored.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from pgtoll.counts import plural
from pgtoll.office import documents
from pgtoll.office.documents import NamedFile
from pgtoll.office.holdings import Held
from pgtoll.office.refusals import NotKnown, NotPossible
from pgtoll.store.link import Connection
from pgtoll.store.seats import as_grants, check_product, check_room, read_seats
from pgtoll_policy.documents import Document, License
from pgtoll_policy.keys import TrustedKeys
from pgtoll_policy.policy import Grant, Policy, compile_policy

Users = Mapping[str, Sequence[str]]  # by product


@dataclass(frozen=True, slots=True)
class Draft:
    """Changes, in the order in which they would be made."""

    files: tuple[NamedFile, ...] = ()  # uploaded
    without: tuple[str, ...] = ()  # products whose licenses are deleted
    recall: Users = field(default_factory=dict)
    grant: Users = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Drafted:
    """The policy as it is, as it would be, and what makes the difference, a line each."""

    before: Policy
    after: Policy
    told: tuple[str, ...]


async def drafted(
    connection: Connection, held: Held, draft: Draft, keys: TrustedKeys, now: datetime
) -> Drafted:
    """Return what a draft comes to. Raises NotPossible or NotKnown for what would be refused."""
    grants = as_grants(await read_seats(connection))
    before = _policy(held, held.known, grants)
    told: list[str] = []
    planned = await documents.plan(connection, held, draft.files, keys, now)
    for one in planned.previews:
        if one.refusal:
            raise NotPossible(f"{one.name}: {one.refusal}")
        told.append(f"{one.name}: {one.summary}{' (held already)' if one.known else ''}")
    kept = _without(planned.documents, draft.without)
    told += (f"the licenses of product {code} are deleted" for code in draft.without)
    left = _recalled(grants, draft.recall, told)
    after = _policy(held, kept, left)
    left = _granted(after, left, draft.grant, now, told)
    return Drafted(before, _policy(held, kept, left), tuple(told))


def _policy(held: Held, known: Iterable[Document], grants: Iterable[Grant]) -> Policy:
    place = held.policy.place
    return compile_policy(known, grants, customer=place.customer, instance=place.instance)


def _without(held: Sequence[Document], products: Sequence[str]) -> tuple[Document, ...]:
    for code in products:
        if not any(isinstance(one, License) and one.product == code for one in held):
            raise NotKnown(f"product {code} has no license here: there is nothing to delete")
    return tuple(one for one in held if not (isinstance(one, License) and one.product in products))


def _recalled(grants: Sequence[Grant], recall: Users, told: list[str]) -> list[Grant]:
    held = {(one.product, one.user) for one in grants}
    gone = {(product, user) for product, users in recall.items() for user in users}
    if missing := sorted(gone - held):
        product, user = missing[0]
        raise NotPossible(f"no seat of product {product} is granted to {user}")
    for product, users in recall.items():
        told.append(f"{plural(len(users), 'seat')} of product {product} recalled")
    return [one for one in grants if (one.product, one.user) not in gone]


def _granted(
    policy: Policy, grants: list[Grant], grant: Users, now: datetime, told: list[str]
) -> list[Grant]:
    for product, users in grant.items():
        check_product(policy, product, now)
        held = {one.user for one in grants if one.product == product}
        new = [user for user in dict.fromkeys(users) if user not in held]
        check_room(product, policy.seats(product, now), len(held), len(new))
        grants = [*grants, *(Grant(product, user, now) for user in new)]
        told.append(f"{plural(len(new), 'seat')} of product {product} granted")
    return grants
