"""A request for licenses: what is wanted, beside what a policy says is in use."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from pgtoll_policy.policy import Policy
from pgtoll_policy.request import InUse, Request, Want, check_wants, held_license

IN_FORCE = "in force"


@dataclass(frozen=True, slots=True)
class Ask:
    """What the customer says: who they are, and what is wanted."""

    customer: str
    version: str | None  # that the licenses are to be good for; None is any
    wants: tuple[Want, ...]


def make_request(policy: Policy, taken: Mapping[str, int], ask: Ask, now: datetime) -> Request:
    """Return the request; `taken` are the seats granted, by product. Raises BadDocument."""
    return Request(
        customer=ask.customer,
        version=ask.version,
        instance=policy.place.instance,
        created=now,
        wants=check_wants(ask.wants),
        products=tuple(_in_use(policy, taken, sorted(policy.products), now)),
    )


def _in_use(
    policy: Policy, taken: Mapping[str, int], codes: Iterable[str], now: datetime
) -> Iterable[InUse]:
    for code in codes:
        licenses = [one for one in policy.licenses.values() if one.product == code]
        yield InUse(
            product=code,
            version=policy.products[code].version,
            state=_state(policy, code, now),
            bought=policy.seats(code, now),
            taken=taken.get(code, 0),
            licenses=tuple(
                held_license(one, policy.license_fault(one, now) or IN_FORCE)
                for one in sorted(licenses, key=lambda one: (one.serial, one.id))
            ),
        )


def _state(policy: Policy, code: str, now: datetime) -> str:
    span = policy.span(code, now)
    return span.reason if span else "no license was uploaded"
