"""The figures of a report, as plain values. Days are UTC's."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class IdleSeat:
    """A seat that nobody uses."""

    product: str
    user: str
    granted: date
    last_day: date | None  # when its user was here last, None if not since days are kept
    days: int


@dataclass(frozen=True, slots=True)
class ProductFigures:
    """A product now."""

    code: str
    title: str
    status: str  # such as "licensed for users with a seat"
    reason: str
    bought: int
    granted: int
    idle: int  # of those granted
    due: date | None  # the last day of what decided
    expired: bool
    expires: str  # what runs out soon or has run out, as one clause; "" when nothing
    refused: int  # in the period
    observed: int  # in the period: it would have been refused, but for observe mode
    lacking: int  # users who were refused in the period and have no seat
    would_lack: int  # users besides who would have been refused, and have no seat

    @property
    def used(self) -> int:
        return self.granted - self.idle

    @property
    def spare(self) -> int:
        return max(self.bought - self.granted, 0)


@dataclass(frozen=True, slots=True)
class LicenseFigures:
    """A license that is held and verifies."""

    id: str
    product: str
    title: str
    seats: int | None  # None is for the server
    starts: date
    ends: date  # the last day
    state: str  # "in force", or why not


@dataclass(frozen=True, slots=True)
class SeatDay:
    """The seats of one product on one day."""

    day: date
    product: str
    bought: int
    granted: int
    used: int  # of users who were here on one of the 30 days before


@dataclass(frozen=True, slots=True)
class RefusalDay:
    """What was refused of one product on one day."""

    day: date
    product: str
    refusals: int
    observed: int  # what would have been refused, but for observe mode


@dataclass(frozen=True, slots=True)
class UserRefusals:
    """What was refused to one user in the period."""

    user: str
    product: str
    refusals: int
    last: date
    observed: int


@dataclass(frozen=True, slots=True)
class TableDay:
    """A table in demo mode on one day."""

    day: date
    table: str
    product: str
    rows: int
    cap: int


@dataclass(frozen=True, slots=True)
class UsersDay:
    """How many users were here on one of the 30 days before a day."""

    day: date
    users: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that a report tells."""

    at: datetime
    since: date  # the first day of the period
    idle_days: int
    recorded: date  # since when it is known who was here
    users: int  # who were here in the idle_days before
    products: tuple[ProductFigures, ...]  # by code
    idle: tuple[IdleSeat, ...]  # those idle longest first
    licenses: tuple[LicenseFigures, ...]  # by the day they end
    seats: tuple[SeatDay, ...]  # over the period, by day
    refusals: tuple[RefusalDay, ...]
    refused: tuple[UserRefusals, ...]  # the most first
    tables: tuple[TableDay, ...]
    crowd: tuple[UsersDay, ...]

    @property
    def today(self) -> date:
        return self.at.date()
