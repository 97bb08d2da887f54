"""What the license administrator is shown, and what an action did: plain values, all frozen.

A `version` is what the values were read from; handed back with an action it tells what others have
changed since. It is opaque.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from pgtoll.counts import plural
from pgtoll.store.archive import StoredDocument
from pgtoll_policy.documents import Document, License
from pgtoll_policy.policy import ProductState


@dataclass(frozen=True, slots=True)
class Slice:
    """Which part of a long list is wanted."""

    limit: int = 100
    offset: int = 0


class Status(Enum):
    """What a product is at one time, whoever asks."""

    DEMO = "demo"  # no license was uploaded
    SERVER = "licensed for the server"
    SEATS = "licensed for users with a seat"
    NOT_YET = "not yet valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    OUTDATED = "for an older version"
    FOREIGN = "for another customer"
    ELSEWHERE = "for another instance"

    @property
    def in_force(self) -> bool:
        """Whether somebody is licensed."""
        return self in (Status.SERVER, Status.SEATS)


@dataclass(frozen=True, slots=True)
class ProductLine:
    """A product in the overview."""

    code: str
    title: str
    types: tuple[str, ...]  # "personal", "server": of its licenses
    starts: datetime | None  # of what decided; None in demo mode
    due: datetime | None
    status: Status
    reason: str  # one clause, such as "personal license until 2027-01-31"
    used: int  # seats granted
    bought: int  # seats of the licenses in force
    warning: str  # what has run out or soon will, as one clause; "" when nothing

    @property
    def available(self) -> int:
        return max(self.bought - self.used, 0)

    @property
    def beyond(self) -> int:
        """How many seats are granted beyond those bought: they do not count."""
        return max(self.used - self.bought, 0)


@dataclass(frozen=True, slots=True)
class Overview:
    """All products, by code, and the stored documents that do not count."""

    products: tuple[ProductLine, ...]
    problems: tuple[str, ...]  # one clause each, naming the document
    setbacks: tuple[str, ...]  # why the store is no more what it was, one sentence each


@dataclass(frozen=True, slots=True)
class LicenseLine:
    """One stored license. What its file says is None when it does not verify."""

    stored: StoredDocument
    license: License | None
    fault: str  # why it is not in force; "" when it is


@dataclass(frozen=True, slots=True)
class Element:
    """A line of a product's index of objects, and the tables that it means now."""

    text: str  # as the vendor wrote it, such as "Mrkt*"; "" for relations that bore such a name
    tables: tuple[str, ...]  # schema.name; of very many, some
    count: int  # of all


@dataclass(frozen=True, slots=True)
class Named:
    """An operation or a component of a product."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class SeatLine:
    """One seat of a product."""

    user: str
    granted_at: datetime
    granted_by: str
    may_log_in: bool  # whether it is a login role of the server
    counts: bool  # False when it is beyond the seats bought


@dataclass(frozen=True, slots=True)
class Change:
    """Something that somebody did."""

    at: datetime
    by: str
    act: str  # "grant", "revoke" of a seat; "upload", "delete", "replace" of a document
    product: str  # "" for a revocation
    subject: str  # the user, or the document: "license 0123…", "product marketing"

    @property
    def sentence(self) -> str:
        """What happened, for people."""
        return _DEEDS[self.act].format(by=self.by, subject=self.subject)


_DEEDS = {
    "grant": "{by} gave {subject} a seat",
    "revoke": "{by} took the seat of {subject}",
    "upload": "{by} uploaded {subject}",
    "delete": "{by} deleted {subject}",
    "replace": "{by} replaced {subject}",
}


@dataclass(frozen=True, slots=True)
class ProductPage:
    """Everything about one product; of very many seats or changes, some."""

    line: ProductLine
    prefix: str
    licenses: tuple[LicenseLine, ...]
    elements: tuple[Element, ...]
    operations: tuple[Named, ...]
    components: tuple[Named, ...]
    seats: tuple[SeatLine, ...]  # some of those found, the oldest first, as they count
    found: int  # seats whose users' names have what was searched for
    history: tuple[Change, ...]  # the newest first
    version: str


@dataclass(frozen=True, slots=True)
class UserSeat:
    """A seat as its user has it."""

    product: str
    granted_at: datetime
    granted_by: str
    state: ProductState


@dataclass(frozen=True, slots=True)
class UserLine:
    """A user and the seats they have."""

    name: str
    may_log_in: bool  # whether it is a login role of the server
    seats: tuple[UserSeat, ...]
    last_day: date | None = None  # when they were here last, UTC; None if not since that is kept


@dataclass(frozen=True, slots=True)
class UsersPage:
    """Some of the users: every login role, and every other name with a seat."""

    users: tuple[UserLine, ...]
    total: int  # of all pages
    without_seat: tuple[ProductState, ...]  # what each product is to a user who has no seat of it
    version: str


@dataclass(frozen=True, slots=True)
class Applied:
    """What applying changes of seats did."""

    product: str
    granted: tuple[str, ...]
    recalled: tuple[str, ...]
    already: tuple[str, ...]  # had, or had not, a seat as was wished
    strangers: tuple[str, ...]  # granted to: names of no login role of this server
    meanwhile: tuple[Change, ...]  # by others since the version, and not contradicting it
    version: str  # as it is now


@dataclass(frozen=True, slots=True)
class SeatLoss:
    """A user who would have, or had, a product, and will not any more."""

    product: str
    user: str
    reason: str


@dataclass(frozen=True, slots=True)
class FilePreview:
    """One file that somebody wants to upload."""

    name: str
    document: Document | None  # None when it does not verify
    summary: str  # what it says, as one line; "" when it does not verify
    replaces: tuple[str, ...]  # summaries of what is held
    known: bool  # the very same file is held already
    refusal: str  # why it would be refused; "" when it would not


@dataclass(frozen=True, slots=True)
class UploadPreview:
    """What uploading some files together would do."""

    files: tuple[FilePreview, ...]  # in the order in which they would be stored
    losses: tuple[SeatLoss, ...]
    version: str

    @property
    def acceptable(self) -> bool:
        return bool(self.files) and not any(file.refusal for file in self.files)


@dataclass(frozen=True, slots=True)
class Uploaded:
    """What uploading did: for each file a line, and who has lost a seat by it."""

    files: tuple[FilePreview, ...]
    losses: tuple[SeatLoss, ...]


@dataclass(frozen=True, slots=True)
class TableCap:
    """A table in demo mode."""

    schema: str
    table: str
    products: tuple[str, ...]
    rows: int | None  # at most one more than the cap; None when it is locked just now
    cap: int

    @property
    def over(self) -> bool:
        """Whether it takes no more rows until some are deleted."""
        return self.rows is not None and self.rows > self.cap

    @property
    def full(self) -> bool:
        return self.rows is not None and self.rows >= self.cap


@dataclass(frozen=True, slots=True)
class CapsPage:
    """Some of the tables in demo mode, the largest first."""

    tables: tuple[TableCap, ...]
    total: int
    cap: int
    exempt: int  # tables in demo mode that the vendor has exempted


@dataclass(frozen=True, slots=True)
class DeletePreview:
    """What deleting the licenses of a product would do."""

    product: str
    licenses: tuple[LicenseLine, ...]
    tables: int  # that return to demo mode
    over: tuple[TableCap, ...]  # those that are over the cap
    users: int  # with a seat; they keep it for the next license
    version: str

    @property
    def summary(self) -> str:
        """The sentence that the administrator decides by."""
        return (
            f"{plural(self.tables, 'table returns', 'tables return')} to demo mode, "
            f"{plural(len(self.over), 'is', 'are')} over the cap"
        )


@dataclass(frozen=True, slots=True)
class Deleted:
    """What deleting did."""

    product: str
    licenses: tuple[str, ...]  # ids


@dataclass(frozen=True, slots=True)
class Fix:
    """A way to put right what was refused: an action, and the sentence that offers it."""

    action: str  # "grant" a seat, "upload" a license, "recall" a seat, "request" more
    product: str
    user: str  # "" when it is about no user
    text: str


@dataclass(frozen=True, slots=True)
class RefusalLine:
    """One refusal, as the proxy recorded it."""

    id: int
    at: datetime
    user: str
    kind: str  # "refuse", "cap", "watch", "observe"
    sqlstate: str
    product: str
    schema: str
    table: str
    sql: str
    client: str
    reason: str = ""  # why, as it is now; one clause
    fixes: tuple[Fix, ...] = ()


@dataclass(frozen=True, slots=True)
class Activity:
    """The latest refusals, the newest first, and the version to ask for what comes after."""

    refusals: tuple[RefusalLine, ...]
    version: str
