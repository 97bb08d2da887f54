"""What the licenses of one product give, as time goes by.

Nothing changes between two instants at which some license starts or ends, so all spans between
them are worked out once, and a question costs one search.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum

from pgtoll_policy.documents import License, LicenseType
from pgtoll_policy.versions import is_outdated

# Right after a purchase the customer's clock may still be behind the vendor's.
SKEW = timedelta(days=1)

_BEFORE_ALL = datetime.min.replace(tzinfo=UTC)
_NEVER = timedelta(0)  # the distance of faults that no time will mend


class FaultKind(Enum):
    """Why a license is not in force, or why it is of no use to a user."""

    EXPIRED = "expired"
    NOT_YET = "not yet valid"
    OLD_VERSION = "for an older version"
    REVOKED = "revoked"
    FOREIGN_CUSTOMER = "for another customer"
    FOREIGN_INSTANCE = "for another instance"
    NO_SEAT = "no seat"
    BEYOND = "seat beyond those bought"


@dataclass(frozen=True, slots=True)
class Place:
    """Where licenses are to be in force: what they must fit besides the time."""

    revoked: frozenset[str] = frozenset()  # ids of licenses
    customer: str | None = None  # None is any
    instance: str | None = None  # None is not known: what is bound to an instance does not fit
    version: str | None = None  # of the product; None is any


ANYWHERE = Place()


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """Why a license is not in force. The least of several is the one worth telling."""

    rank: int
    distance: timedelta  # from the instant at which it was, or will be, in force
    license: str
    reason: str  # one clause, such as "license expired on 2026-01-31"
    kind: FaultKind = field(compare=False)


@dataclass(frozen=True, slots=True)
class Span:
    """What is in force between two instants."""

    server: bool
    seats: int
    reason: str  # what is in force, or why nothing is
    rule: str  # the id of the license that says so
    fault: FaultKind | None = None  # None when something is in force

    @property
    def in_force(self) -> bool:
        return self.server or self.seats > 0

    @property
    def extent(self) -> tuple[bool, int]:
        """How much is covered: any server license is more than any number of seats."""
        return self.server, self.seats


@dataclass(frozen=True, slots=True)
class Coverage:
    instants: tuple[datetime, ...]  # sorted
    spans: tuple[Span, ...]  # spans[i] lasts until just before instants[i]; the last for ever

    def at(self, now: datetime) -> Span:
        return self.spans[bisect_right(self.instants, now)]

    def lessens(self, now: datetime) -> datetime | None:
        """Return the next instant from which less is covered than now, None when there is none."""
        here = bisect_right(self.instants, now)
        extent = self.spans[here].extent
        later = zip(self.instants[here:], self.spans[here + 1 :], strict=True)
        return next((instant for instant, span in later if span.extent < extent), None)

    def ended(self, now: datetime) -> datetime | None:
        """Return since when nothing is in force, None when something is or never was."""
        here = bisect_right(self.instants, now)
        if self.spans[here].in_force:
            return None
        earlier = zip(self.instants[:here], self.spans[:here], strict=True)
        return max((instant for instant, span in earlier if span.in_force), default=None)


def cover(licenses: Iterable[License], place: Place) -> Coverage:
    """Return what the licenses of one product, at least one, give over all time."""
    held = sorted(licenses, key=lambda license: license.id)
    living = [one for one in held if not _dead(one, place)]
    instants = sorted({at for one in living for at in (one.starts, valid_from(one), one.due)})
    return Coverage(
        tuple(instants), tuple(_span(held, at, place) for at in [_BEFORE_ALL, *instants])
    )


def valid_from(license: License) -> datetime:
    """Return when a license begins to hold: not long before it was issued, whatever it says."""
    return max(license.starts, license.issued - SKEW)


def fault_of(license: License, now: datetime, place: Place) -> Fault | None:
    """Return why the license is not in force, None when it is."""
    return _dead(license, place) or _untimely(license, now) or _outdated(license, place)


def _untimely(license: License, now: datetime) -> Fault | None:
    begin = valid_from(license)
    if now >= license.due:
        reason = f"license expired on {last_day(license.due)}"
        return Fault(2, now - license.due, license.id, reason, FaultKind.EXPIRED)
    if now >= begin:
        return None
    reason = f"license was issued on {license.issued:%Y-%m-%d}, after the present time"
    if now < license.starts:
        reason = f"license is not valid before {license.starts:%Y-%m-%d}"
    return Fault(0, begin - now, license.id, reason, FaultKind.NOT_YET)


def _outdated(license: License, place: Place) -> Fault | None:
    if not is_outdated(license.version, place.version):
        return None
    reason = f"license is for version {license.version}, product is version {place.version}"
    return Fault(1, _NEVER, license.id, reason, FaultKind.OLD_VERSION)


def last_day(due: datetime) -> str:
    """Return the last day, in UTC, on some of which a license holds."""
    return f"{due - timedelta(microseconds=1):%Y-%m-%d}"


def _dead(license: License, place: Place) -> Fault | None:
    if license.id in place.revoked:
        return Fault(3, _NEVER, license.id, "license was revoked", FaultKind.REVOKED)
    return misplaced(license, place)


def misplaced(license: License, place: Place) -> Fault | None:
    """Return why an instance of this customer can never use it, None when it may."""
    if None not in (license.customer, place.customer) and license.customer != place.customer:
        reason = f'license is for customer "{license.customer}"'
        return Fault(4, _NEVER, license.id, reason, FaultKind.FOREIGN_CUSTOMER)
    if license.instance is not None and license.instance != place.instance:
        reason = f"license is for instance {license.instance}, {_here(place)}"
        return Fault(5, _NEVER, license.id, reason, FaultKind.FOREIGN_INSTANCE)
    return None


def _here(place: Place) -> str:
    if place.instance is None:
        return "and what this instance is cannot be read"
    return f"this is instance {place.instance}"


def _span(licenses: list[License], now: datetime, place: Place) -> Span:
    faults = {license.id: fault_of(license, now, place) for license in licenses}
    sound = [license for license in licenses if faults[license.id] is None]
    servers = [license for license in sound if license.type is LicenseType.SERVER]
    if servers:
        last = max(servers, key=lambda license: license.due)
        return Span(True, 0, f"server license until {last_day(last.due)}", last.id)
    if sound:
        last = max(sound, key=lambda license: license.due)
        seats = sum(license.seats or 0 for license in sound)
        return Span(False, seats, f"personal license until {last_day(last.due)}", last.id)
    fault = min(fault for fault in faults.values() if fault)
    return Span(False, 0, fault.reason, fault.license, fault.kind)
