"""Contents of a store, made up for tests: what a file holds and what it meets."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from license_samples import KEY, KEYS, MARKETING, PERSONAL, REVOCATION

from pgtoll.backup.contents import (
    Contents,
    Day,
    DocumentChange,
    Event,
    NamedPin,
    Origin,
    ProductDay,
    Refusal,
    RefusalDay,
    SeatChange,
    Seen,
    TableDay,
)
from pgtoll.backup.merging import Verified
from pgtoll.store.archive import StoredDocument, columns_of, verify_all
from pgtoll.store.seats import Seat
from pgtoll_policy.documents import Document
from pgtoll_policy.issue import sign

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
TODAY = date(2026, 5, 1)
ORIGIN = Origin(
    exported=NOON,
    database="shop",
    instance="7000000000000000001",
    clock=NOON,
    recorded=date(2026, 2, 3),
)


def hour(number: float) -> datetime:
    """Some hours after noon."""
    return NOON + timedelta(hours=number)


def held(id_: int, document: Document, at: datetime = NOON) -> StoredDocument:
    """A document as the store has it."""
    return StoredDocument(id_, *columns_of(document), sign(document, KEY), at, "dana")


def seat(user: str, at: datetime = NOON, product: str = "marketing") -> Seat:
    return Seat(product, user, at, "dana")


def recall(user: str, at: datetime, product: str = "marketing") -> SeatChange:
    return SeatChange(at, "revoke", product, user, "dana")


def change(
    act: str, document: Document, at: datetime = NOON, together: int | None = None
) -> DocumentChange:
    return DocumentChange(at, act, *columns_of(document), "dana", together)


def verified(contents: Contents) -> Verified:
    """The same, with what its documents say."""
    good, problems = verify_all(contents.documents, KEYS)
    assert problems == ()
    return Verified(contents, good)


EMPTY = Contents(replace(ORIGIN, clock=None))
FULL = Contents(
    ORIGIN,
    documents=(held(1, MARKETING), held(2, PERSONAL), held(5, REVOCATION)),
    document_changes=(
        change("upload", MARKETING),
        change("upload", replace(PERSONAL, id="3" * 32), hour(-2), 1),
        change("delete", replace(PERSONAL, id="3" * 32), hour(-1), None),
        change("upload", PERSONAL),
    ),
    seats=(seat("alice"), seat("Zoë \N{SNOWMAN} <b>\n'; --", hour(1))),
    seat_changes=(SeatChange(NOON, "grant", "marketing", "alice", "dana"), recall("bob", hour(2))),
    pins=(
        NamedPin("public", "MrktInvoice", "r", 4_000_000_000, "marketing"),
        NamedPin("public", "café", "p", 16_400, "marketing"),
    ),
    refusals=(
        Refusal(NOON, "bob", "refuse", "42501", "marketing", "public", "t", "SELECT 'é'", "::1"),
    ),
    seen=(Seen("alice", TODAY), Seen("zoë <b>\n", TODAY - timedelta(40))),
    days=(Day(TODAY - timedelta(1), 7), Day(TODAY, 9)),
    product_days=(ProductDay(TODAY, "marketing", 5, 3, 2),),
    table_days=(TableDay(TODAY, "public", 'Mrkt"Log', "marketing", 990, 1000),),
    refusal_days=(
        RefusalDay(TODAY - timedelta(1), "marketing", "refuse", 12, 2),
        RefusalDay(TODAY, "", "observe", 3, 1),
    ),
    events=(Event(NOON, "login", "done", "dana", "console", "dana has logged in", "::1", "db1/7"),),
)
