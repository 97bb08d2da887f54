"""Documents and seats -> Policy: frozen maps made for one lookup per question.

A product without any license is in demo mode. With licenses, its state for a user follows from
those in force and from the user's seat; expired licenses never bring demo mode back.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

from pgtoll_policy.admission import admit, latest, revoked_licenses
from pgtoll_policy.coverage import Coverage, FaultKind, Place, Span, cover, fault_of, last_day
from pgtoll_policy.documents import BASE, Document, License, Product
from pgtoll_policy.naming import Naming, index_objects
from pgtoll_policy.objects import ObjectPattern, fold, parse_object

__all__ = [
    "DEFAULT_CAP",
    "Expiry",
    "Grant",
    "Pin",
    "Policy",
    "ProductState",
    "Standing",
    "State",
    "admit",
    "compile_policy",
]

DEFAULT_CAP = 1000  # rows of a table in demo mode, unless the base product says otherwise


class State(Enum):
    DEMO = "demo"
    LICENSED = "licensed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class ProductState:
    """What a product is to one user at one time, and why."""

    product: str
    title: str
    state: State
    reason: str  # one clause, such as "license expired on 2026-01-31"
    rule: str = ""  # the id of the license that decided; "" when there is none
    fault: FaultKind | None = None  # of a product that is refused


@dataclass(frozen=True, slots=True)
class Grant:
    """A seat."""

    product: str
    user: str
    granted_at: datetime


@dataclass(frozen=True, slots=True)
class Pin:
    """A relation that stays a product's, however it is renamed."""

    relation: int
    product: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What statements of one user meet until `until`: only products that own objects count."""

    lacks: Mapping[str, ProductState]
    demo: frozenset[str]
    until: datetime | None  # the next moment at which it may change
    lapsed: str = ""  # why nobody can tell any more whether it holds; empty as long as it does

    def ends(self, now: datetime) -> bool:
        """Tell whether it may have changed by now. Time does not go back."""
        return self.until is not None and now >= self.until

    @property
    def clear(self) -> bool:
        """Whether the user's statements need not be read at all."""
        return not (self.lacks or self.demo or self.lapsed)


@dataclass(frozen=True, slots=True)
class Expiry:
    """What a license administrator must be told."""

    product: str
    title: str
    at: datetime  # from then on less is covered
    over: bool  # it has happened, and nothing is in force
    reason: str  # one clause, such as "license expires on 2026-01-31"


@dataclass(frozen=True, slots=True)
class Policy:
    """Documents and seats compiled for lookups. Never changes: an upload makes a new one."""

    cap: int
    exempt: tuple[str, ...]
    products: Mapping[str, Product]  # base included
    licenses: Mapping[str, License]  # by id, those not in force included
    place: Place  # where licenses are to be in force
    _coverages: Mapping[str, Coverage]  # by product; no entry is demo mode
    _ranks: Mapping[str, Mapping[str, int]]  # by product and user: 0 is the oldest seat
    _demo: frozenset[str]  # products that own objects and have no license
    _covered: tuple[str, ...]  # products that own objects and have licenses
    _instants: tuple[datetime, ...]  # at which some of _covered may change
    _naming: Naming
    _exempt: tuple[ObjectPattern, ...]
    _elements: Mapping[str, tuple[str, ...]]  # products by code of operation or component

    def state(self, product: str, user: str, now: datetime) -> ProductState:
        """Return the state of a product; one that nobody has described is in demo mode."""
        return self.seated(product, self._ranks.get(product, {}).get(user), now)

    def seated(self, product: str, rank: int | None, now: datetime) -> ProductState:
        """Return the state of a product for whoever has the seat of this rank: 0 is the oldest.

        None is nobody's: the state for a user without a seat.
        """
        title = self.products[product].title if product in self.products else product
        span = self.span(product, now)
        if span is None:
            return ProductState(product, title, State.DEMO, "no license was uploaded")
        fault, reason = span.fault, span.reason
        if span.in_force and not span.server:
            fault, seat_reason = _seat_fault(rank, span.seats)
            reason = seat_reason or reason
        state = State.REFUSED if fault else State.LICENSED
        return ProductState(product, title, state, reason, span.rule, fault)

    def ranked(self, ranks: Mapping[str, Mapping[str, int]]) -> "Policy":
        """Return the policy with other seats: by product and user, 0 is the oldest."""
        return replace(self, _ranks=ranks)

    def span(self, product: str, now: datetime) -> Span | None:
        """Return what the licenses of a product give now; None when it is in demo mode."""
        coverage = self._coverages.get(product)
        return coverage.at(now) if coverage else None

    def standing(self, user: str, now: datetime) -> Standing:
        """Return what the user's statements meet now."""
        states = (self.state(product, user, now) for product in self._covered)
        lacks = {one.product: one for one in states if one.state is State.REFUSED}
        later = bisect_right(self._instants, now)
        until = self._instants[later] if later < len(self._instants) else None
        return Standing(lacks, self._demo, until)

    def products_of(self, schema: str, name: str) -> frozenset[str]:
        """Return the products that name a relation, base when none does.

        Names are the server's own. A schema of "" stands for any schema. Relations of system
        schemas belong to no product.
        """
        return self._naming.products_of(schema, name)

    def is_exempt(self, schema: str, name: str) -> bool:
        """Tell whether the cap never applies to a relation."""
        schema, name = fold(schema), fold(name)
        return any(pattern.matches(schema, name) for pattern in self._exempt)

    def element_states(self, code: str, user: str, now: datetime) -> tuple[ProductState, ...]:
        """Return the states of the products that control an operation or component.

        Whoever may use it is refused by none of them. Empty: no product names the code.
        """
        return tuple(self.state(product, user, now) for product in self._elements.get(code, ()))

    def coverage(self, product: str) -> Coverage | None:
        """Return what a product's licenses give over all time; None is demo mode."""
        return self._coverages.get(product)

    def seats(self, product: str, now: datetime) -> int:
        """Return how many seats are bought and in force; 0 too when a server license needs none."""
        span = self.span(product, now)
        return span.seats if span else 0

    def granted(self, product: str) -> int:
        """Return how many seats are granted, those beyond the ones bought included."""
        return len(self._ranks.get(product, ()))

    def license_fault(self, license: License, now: datetime) -> str:
        """Return why a license is not in force as one clause, "" when it is."""
        fault = fault_of(license, now, self._place_of(license.product))
        return fault.reason if fault else ""

    def _place_of(self, product: str) -> Place:
        return _placed(self.place, self.products.get(product))

    def expiring(self, now: datetime, within: timedelta) -> tuple[Expiry, ...]:
        """Return what has run out, or will `within` some time with nothing to follow it."""
        found = (self._expiry(product, now, within) for product in sorted(self._coverages))
        return tuple(expiry for expiry in found if expiry)

    def _expiry(self, product: str, now: datetime, within: timedelta) -> Expiry | None:
        coverage, title = self._coverages[product], self.products[product].title
        span = coverage.at(now)
        if (ended := coverage.ended(now)) is not None:
            return Expiry(product, title, ended, True, f"license expired on {last_day(ended)}")
        lessens = coverage.lessens(now)
        if lessens is None or lessens - now > within:
            return None
        left = coverage.at(lessens)
        what = "license expires"
        if not span.server and left.in_force:
            what = f"{span.seats - left.seats} of {span.seats} seats expire"
        return Expiry(product, title, lessens, False, f"{what} on {last_day(lessens)}")


def compile_policy(
    documents: Iterable[Document],
    grants: Iterable[Grant],
    *,
    customer: str | None = None,
    instance: str | None = None,
) -> Policy:
    """Return the policy that these documents and seats make.

    Of each product, and of each line of licenses, the newest serial counts; revocations add up.
    Licenses of products that no document describes control nothing. `customer` is whose licenses
    count, None is any; `instance` is the cluster's system identifier, None when it is not known.
    """
    documents = tuple(documents)
    products, licenses = latest(documents)
    known = {id_: one for id_, one in licenses.items() if one.product in products}
    place = Place(revoked_licenses(documents), customer, instance)
    coverages = {
        code: cover(group, _placed(place, products[code]))
        for code, group in _by_product(known).items()
    }
    owners = [code for code, product in products.items() if product.objects]
    covered = tuple(code for code in owners if code in coverages)
    base = products[BASE]
    return Policy(
        cap=DEFAULT_CAP if base.cap is None else base.cap,
        exempt=base.exempt,
        products=products,
        licenses=known,
        place=place,
        _coverages=coverages,
        _ranks=_rank(grants),
        _demo=frozenset(owners) - coverages.keys(),
        _covered=covered,
        _instants=tuple(sorted({at for code in covered for at in coverages[code].instants})),
        _naming=index_objects(products.values()),
        _exempt=tuple(map(parse_object, base.exempt)),
        _elements=_index_elements(products.values()),
    )


def _seat_fault(rank: int | None, seats: int) -> tuple[FaultKind | None, str]:
    if rank is None:
        return FaultKind.NO_SEAT, "user has no seat of the personal license"
    if rank < seats:
        return None, ""
    return FaultKind.BEYOND, f"user's seat is beyond the {seats} that were bought"


def _placed(place: Place, product: Product | None) -> Place:
    return replace(place, version=product.version if product else None)


def _by_product(licenses: Mapping[str, License]) -> dict[str, list[License]]:
    groups: dict[str, list[License]] = {}
    for license in licenses.values():
        groups.setdefault(license.product, []).append(license)
    return groups


def _rank(grants: Iterable[Grant]) -> dict[str, dict[str, int]]:
    """Return each user's place among a product's seats: the earliest first, then by name."""
    ranks: dict[str, dict[str, int]] = {}
    for grant in sorted(grants, key=lambda one: (one.granted_at, one.user)):
        users = ranks.setdefault(grant.product, {})
        users.setdefault(grant.user, len(users))
    return ranks


def _index_elements(products: Iterable[Product]) -> dict[str, tuple[str, ...]]:
    index: dict[str, tuple[str, ...]] = {}
    for product in products:
        codes = {one.code for one in product.operations} | {one.code for one in product.components}
        for code in codes:
            index[code] = (*index.get(code, ()), product.code)
    return index
