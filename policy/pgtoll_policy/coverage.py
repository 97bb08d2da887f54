"""What the licenses of one product give, as time goes by.

Nothing changes between two instants at which some license starts or ends, so all spans between
them are worked out once, and a question costs one search.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pgtoll_policy.documents import License, LicenseType

# Right after a purchase the customer's clock may still be behind the vendor's.
SKEW = timedelta(days=1)

_BEFORE_ALL = datetime.min.replace(tzinfo=UTC)
_NEVER = timedelta(0)  # the distance of faults that no time will mend


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """Why a license is not in force. The least of several is the one worth telling."""

    rank: int
    distance: timedelta  # from the instant at which it was, or will be, in force
    license: str
    reason: str  # one clause, such as "license expired on 2026-01-31"


@dataclass(frozen=True, slots=True)
class Span:
    """What is in force between two instants."""

    server: bool
    seats: int
    reason: str  # what is in force, or why nothing is
    rule: str  # the id of the license that says so

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


def cover(licenses: Iterable[License], revoked: frozenset[str], customer: str | None) -> Coverage:
    """Return what the licenses of one product, at least one, give over all time."""
    held = sorted(licenses, key=lambda license: license.id)
    living = [one for one in held if not _dead(one, revoked, customer)]
    instants = sorted({instant for one in living for instant in (valid_from(one), one.due)})
    starts = [_BEFORE_ALL, *instants]
    return Coverage(tuple(instants), tuple(_span(held, at, revoked, customer) for at in starts))


def valid_from(license: License) -> datetime:
    """Return when a license begins to hold: not long before it was issued, whatever it says."""
    return max(license.starts, license.issued - SKEW)


def fault_of(
    license: License, now: datetime, revoked: frozenset[str], customer: str | None
) -> Fault | None:
    """Return why the license is not in force, None when it is."""
    if dead := _dead(license, revoked, customer):
        return dead
    begin = valid_from(license)
    if now >= license.due:
        reason = f"license expired on {last_day(license.due)}"
        return Fault(1, now - license.due, license.id, reason)
    if now < license.starts:
        reason = f"license is not valid before {license.starts:%Y-%m-%d}"
        return Fault(0, begin - now, license.id, reason)
    if now < begin:
        reason = f"license was issued on {license.issued:%Y-%m-%d}, after the present time"
        return Fault(0, begin - now, license.id, reason)
    return None


def last_day(due: datetime) -> str:
    """Return the last day, in UTC, on some of which a license holds."""
    return f"{due - timedelta(microseconds=1):%Y-%m-%d}"


def _dead(license: License, revoked: frozenset[str], customer: str | None) -> Fault | None:
    if license.id in revoked:
        return Fault(2, _NEVER, license.id, "license was revoked")
    if not meant_for(license, customer):
        return Fault(3, _NEVER, license.id, f'license is for customer "{license.customer}"')
    return None


def meant_for(license: License, customer: str | None) -> bool:
    """Tell whether an instance of that customer may use it; None stands for any on both sides."""
    return license.customer is None or customer is None or license.customer == customer


def _span(
    licenses: list[License], now: datetime, revoked: frozenset[str], customer: str | None
) -> Span:
    faults = {license.id: fault_of(license, now, revoked, customer) for license in licenses}
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
    return Span(False, 0, fault.reason, fault.license)
