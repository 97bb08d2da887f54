"""Everything that a store holds and nobody can work out again, as values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from pgtoll.store.archive import StoredDocument
from pgtoll.store.seats import Seat

Key = tuple[str, str, str, int]  # a document's kind, code, product and serial


@dataclass(frozen=True, slots=True)
class Origin:
    """Where and when it was read."""

    exported: datetime
    database: str
    instance: str | None  # the system identifier of the cluster; None when it could not be read
    clock: datetime | None  # the highest time that any proxy has seen
    recorded: date | None = None  # since when it is known who was here, if the file says so


@dataclass(frozen=True, slots=True)
class DocumentChange:
    """An upload or a deletion, as it is remembered."""

    at: datetime
    act: str  # "upload" or "delete"
    kind: str
    code: str
    product: str
    serial: int
    done_by: str
    together: int | None  # those of one number are one replacement

    @property
    def key(self) -> Key:
        return self.kind, self.code, self.product, self.serial


@dataclass(frozen=True, slots=True)
class SeatChange:
    """A grant or a recall, as it is remembered."""

    at: datetime
    act: str  # "grant" or "revoke"
    product: str
    user: str
    done_by: str


@dataclass(frozen=True, slots=True)
class NamedPin:
    """A relation whose product is settled, by the name that it has in any cluster."""

    schema: str
    name: str
    kind: str  # as pg_class.relkind has it
    relation: int  # its OID where it was read
    product: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """What somebody was refused."""

    at: datetime
    user: str
    kind: str
    sqlstate: str
    product: str
    schema: str
    table: str
    sql: str
    client: str


@dataclass(frozen=True, slots=True)
class Event:
    """What the audit has told of besides: a log-in, a command, a reload."""

    at: datetime
    kind: str
    outcome: str
    user: str
    act: str
    message: str
    client: str
    proxy: str


# What was written down day by day, in UTC.


@dataclass(frozen=True, slots=True)
class Seen:
    """A user, and the last day on which somebody saw them."""

    user: str
    last_day: date


@dataclass(frozen=True, slots=True)
class Day:
    """A day on which somebody wrote down what there was."""

    day: date
    users: int


@dataclass(frozen=True, slots=True)
class ProductDay:
    """The seats of one product on one day."""

    day: date
    product: str
    bought: int
    granted: int
    used: int


@dataclass(frozen=True, slots=True)
class TableDay:
    """A table in demo mode on one day."""

    day: date
    schema: str
    table: str
    product: str
    rows: int
    cap: int


@dataclass(frozen=True, slots=True)
class RefusalDay:
    """How much was refused of one product on one day, in one way."""

    day: date
    product: str
    kind: str
    refusals: int
    users: int


@dataclass(frozen=True, slots=True)
class Contents:
    """All of it, of one moment."""

    origin: Origin
    documents: tuple[StoredDocument, ...] = ()  # the oldest first
    document_changes: tuple[DocumentChange, ...] = ()
    seats: tuple[Seat, ...] = ()
    seat_changes: tuple[SeatChange, ...] = ()
    pins: tuple[NamedPin, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    seen: tuple[Seen, ...] = ()
    days: tuple[Day, ...] = ()
    product_days: tuple[ProductDay, ...] = ()
    table_days: tuple[TableDay, ...] = ()
    refusal_days: tuple[RefusalDay, ...] = ()
    events: tuple[Event, ...] = ()

    @property
    def last_day(self) -> date | None:
        """The last day that it has figures of, or on which somebody was seen."""
        days = [one.day for one in self.days] + [one.day for one in self.refusal_days]
        return max(days + [one.last_day for one in self.seen], default=None)


def key_of(document: StoredDocument) -> Key:
    return document.kind, document.code, document.product, document.serial


def last_deletions(changes: Iterable[DocumentChange]) -> Mapping[Key, datetime]:
    """Return when each document was deleted last."""
    found: dict[Key, datetime] = {}
    for one in changes:
        if one.act == "delete":
            found[one.key] = max(one.at, found.get(one.key, one.at))
    return found


def last_recalls(changes: Iterable[SeatChange]) -> Mapping[tuple[str, str], SeatChange]:
    """Return the last recall of each seat, by product and user."""
    found: dict[tuple[str, str], SeatChange] = {}
    for one in sorted(changes, key=lambda change: change.at):
        if one.act == "revoke":
            found[one.product, one.user] = one
    return found


def replaced_licenses(changes: Iterable[DocumentChange]) -> Mapping[tuple[str, str], int]:
    """Return the serials that licenses were replaced by, by product and license."""
    groups: dict[int, list[DocumentChange]] = {}
    for one in changes:
        if one.together is not None and one.kind == "license":
            groups.setdefault(one.together, []).append(one)
    found: dict[tuple[str, str], int] = {}
    for group in groups.values():
        for gone in (one for one in group if one.act == "delete"):
            newer = [
                one.serial
                for one in group
                if (one.act, one.product) == ("upload", gone.product) and one.serial > gone.serial
            ]
            if newer:
                found[gone.product, gone.code] = max(newer)
    return found
