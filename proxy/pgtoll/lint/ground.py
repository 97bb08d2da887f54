"""What the checks go by: everything that was read, as values, and by what measure it is judged."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from pgtoll.office.holdings import Held
from pgtoll.office.idleness import Uses
from pgtoll.office.models import TableCap
from pgtoll.office.tables import Table
from pgtoll_policy.rows import RelationRow

IDLE_DAYS = 90
EXPIRES_DAYS = 30
CAP_PERCENT = 80


@dataclass(frozen=True, slots=True)
class Measure:
    """From when on something deserves a look."""

    idle_days: int = IDLE_DAYS
    expires_days: int = EXPIRES_DAYS
    cap_percent: int = CAP_PERCENT


@dataclass(frozen=True, slots=True)
class Unread:
    """A function whose code no reading sees through."""

    name: str  # as trusted_functions takes it
    extension: str  # the one that it is of, "" for none
    reason: str  # why it is not read, as a clause: "it is written in …"
    unwatchable: str  # why what it does cannot be watched either, "" when it can


@dataclass(frozen=True, slots=True)
class Ground:
    """A database and its licensing at one time."""

    held: Held
    now: datetime
    uses: Uses
    logins: Mapping[str, bool]  # by the name of a role: whether it may log in now
    impersonated: bool  # some role logs in for people who need not be roles
    relations: tuple[RelationRow, ...]
    tables: tuple[Table, ...]
    belongs: Mapping[int, frozenset[str]]  # the products of each table, by its oid
    fullest: tuple[TableCap, ...]  # those tables in demo mode that may be near the cap
    unread: tuple[Unread, ...]

    @property
    def today(self) -> date:
        return self.now.date()

    def title(self, code: str) -> str:
        """Return how a product is called: its title and its code, or the code alone."""
        product = self.held.policy.products.get(code)
        known = product is not None and product.title != code
        return f"{product.title} ({code})" if product is not None and known else code
