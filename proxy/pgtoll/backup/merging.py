"""What importing a file would change: of everything, whichever was done later counts.

What is only added takes nothing away. Revocations add up, serials only grow, the highest time seen
stays the higher. A seat or a document that one side has and the other has not is there or is gone
by what happened to it last, in either history.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from pgtoll.backup.contents import (
    Contents,
    DocumentChange,
    SeatChange,
    key_of,
    last_deletions,
    last_recalls,
    replaced_licenses,
)
from pgtoll.store.archive import StoredDocument
from pgtoll.store.seats import Seat
from pgtoll_policy.admission import admit, revoked_licenses
from pgtoll_policy.coverage import SKEW, Place
from pgtoll_policy.documents import Document, License, Product, Revocation
from pgtoll_policy.errors import NotForUs, Rollback

_RANKS: Mapping[type[Document], int] = {Revocation: 0, Product: 1, License: 2}


@dataclass(frozen=True, slots=True)
class Verified:
    """Contents, and what those of its documents say that a trusted key has signed."""

    contents: Contents
    documents: Mapping[int, Document]  # by the ids of the stored ones
    beside: tuple[Revocation, ...] = ()  # what holds besides, whatever the store has heard of


@dataclass(slots=True)
class Merge:
    """What an import changes, and what it leaves as it is because the store is ahead."""

    added: list[StoredDocument] = field(default_factory=list)
    dropped: list[StoredDocument] = field(default_factory=list)
    granted: list[Seat] = field(default_factory=list)
    recalled: list[Seat] = field(default_factory=list)
    moved: list[Seat] = field(default_factory=list)  # granted again since: they count from then
    clock: datetime | None = None  # None leaves the store's
    document_changes: list[DocumentChange] = field(default_factory=list)
    seat_changes: list[SeatChange] = field(default_factory=list)
    ahead: list[str] = field(default_factory=list)  # what is newer in the store, one clause each

    @property
    def changes(self) -> int:
        """How many documents and seats are other afterwards."""
        seats = len(self.granted) + len(self.recalled) + len(self.moved)
        return len(self.added) + len(self.dropped) + seats


def merge(file: Verified, store: Verified, place: Place, now: datetime) -> Merge:
    """Return what importing would do. Raises LicenseError for what can never be held together."""
    found = Merge()
    _expect_past(file.contents, now)
    _merge_documents(file, store, place, now, found)
    _merge_seats(file.contents, store.contents, found)
    _merge_clock(file.contents, store.contents, now, found)
    known = {replace(one, together=None) for one in store.contents.document_changes}
    found.document_changes += (
        one for one in file.contents.document_changes if replace(one, together=None) not in known
    )
    seen = set(store.contents.seat_changes)
    found.seat_changes += (one for one in file.contents.seat_changes if one not in seen)
    return found


def _merge_clock(file: Contents, store: Contents, now: datetime, found: Merge) -> None:
    """Keep the higher of both. One from after the present time would end licenses for good."""
    mark = file.origin.clock
    if mark is None or (store.origin.clock is not None and mark <= store.origin.clock):
        return
    if mark - SKEW > now:
        raise NotForUs(
            f"the file has seen {mark:%Y-%m-%d}, which is after the present time: {now:%Y-%m-%d}"
        )
    found.clock = mark


def _expect_past(file: Contents, now: datetime) -> None:
    """Refuse figures of a day to come: no proxy would write down what there is on that day."""
    if (last := file.last_day) is not None and last > (now + SKEW).date():
        raise NotForUs(
            f"the file has figures of {last}, which is after the present time: {now:%Y-%m-%d}"
        )


# Documents


def _merge_documents(
    file: Verified, store: Verified, place: Place, now: datetime, found: Merge
) -> None:
    held = {one.id: one for one in store.contents.documents}
    documents = dict(store.documents)
    known = {one.file for one in held.values()}
    added: dict[int, StoredDocument] = {}
    for stored in _in_order(file):
        document = file.documents[stored.id]
        if stored.file in known or _is_covered(document, documents.values()):
            continue
        if reason := _behind(stored, document, store.contents):
            found.ahead.append(reason)
            continue
        _expect_issued(document, now)
        try:
            everything = (*documents.values(), *store.beside)
            replaced = admit(document, everything, place=place)
        except Rollback as exc:
            found.ahead.append(str(exc))
            continue
        for id_ in [id_ for id_, one in documents.items() if one in replaced]:
            del documents[id_]
            added.pop(id_, None)
        documents[-stored.id] = document
        added[-stored.id] = stored
    for id_ in _dropped_since(file.contents, held, documents):
        del documents[id_]
    found.added += sorted(added.values(), key=lambda one: one.id)
    found.dropped += (held[id_] for id_ in store.documents if id_ not in documents)
    found.ahead += _unknown(file, [held[id_] for id_ in documents if id_ in held], documents)


def _in_order(file: Verified) -> list[StoredDocument]:
    """Return those that verify, revocations first: what they end collides with nothing."""
    good = [one for one in file.contents.documents if one.id in file.documents]
    return sorted(good, key=lambda one: (_RANKS[type(file.documents[one.id])], one.id))


def _behind(stored: StoredDocument, document: Document, store: Contents) -> str:
    """Return what happened to a document of the file in the store since, "" for nothing."""
    if isinstance(document, License):
        serial = replaced_licenses(store.document_changes).get((document.product, document.id))
        if serial is not None and serial > document.serial:
            return f"{described(document)} was replaced here by serial {serial}"
    gone = last_deletions(store.document_changes).get(key_of(stored))
    if gone is not None and gone > stored.uploaded_at:
        return f"{described(document)} was deleted here on {gone:%Y-%m-%d}"
    return ""


def _is_covered(document: Document, held: Iterable[Document]) -> bool:
    """Whether a revocation withdraws nothing that is not withdrawn already."""
    return isinstance(document, Revocation) and document.licenses <= revoked_licenses(held)


def _expect_issued(document: Document, now: datetime) -> None:
    if document.issued - SKEW > now:
        raise NotForUs(
            f"{described(document)} was issued on {document.issued:%Y-%m-%d}, after the present "
            f"time: {now:%Y-%m-%d}"
        )


def _dropped_since(
    file: Contents, held: Mapping[int, StoredDocument], documents: Mapping[int, Document]
) -> list[int]:
    """Return what was deleted after it was uploaded here, where the file comes from.

    A revocation is never dropped for that.
    """
    deletions, there = last_deletions(file.document_changes), {one.file for one in file.documents}
    return [
        id_
        for id_, one in held.items()
        if id_ in documents
        and one.file not in there
        and one.kind != "revocation"
        and (gone := deletions.get(key_of(one))) is not None
        and gone > one.uploaded_at
    ]


def _unknown(
    file: Verified, held: Iterable[StoredDocument], documents: Mapping[int, Document]
) -> list[str]:
    """Return what the store has and the file has not, nor has ever had."""
    there = {one.file for one in file.contents.documents}
    revoked = revoked_licenses(file.documents.values())
    found = []
    for one in held:
        document = documents[one.id]
        if one.file in there or (isinstance(document, Revocation) and document.licenses <= revoked):
            continue
        found.append(
            f"{described(document)} was uploaded here on {one.uploaded_at:%Y-%m-%d}, "
            "and is not in the file"
        )
    return found


def described(document: Document) -> str:
    """Return what a document is, as one clause."""
    match document:
        case Product():
            return f"product {document.code}, serial {document.serial},"
        case License():
            return f"license {document.id} of product {document.product}"
        case Revocation():
            return f"the revocation of {', '.join(sorted(document.licenses)[:3])}"


# Seats


def _merge_seats(file: Contents, store: Contents, found: Merge) -> None:
    theirs = {(one.product, one.user): one for one in file.seats}
    ours = {(one.product, one.user): one for one in store.seats}
    recalled_here, recalled_there = (last_recalls(one.seat_changes) for one in (store, file))
    for key, seat in theirs.items():
        held, recall = ours.get(key), recalled_here.get(key)
        if held is None and recall is not None and recall.at > seat.granted_at:
            found.ahead.append(
                f"the seat of {seat.user} for product {seat.product} was recalled here on "
                f"{recall.at:%Y-%m-%d} by {recall.done_by}"
            )
        elif held is None:
            found.granted.append(seat)
        elif seat.granted_at > held.granted_at:
            found.moved.append(seat)
    for key, seat in ours.items():
        if key in theirs:
            continue
        recall = recalled_there.get(key)
        if recall is not None and recall.at > seat.granted_at:
            found.recalled.append(seat)
        else:
            found.ahead.append(
                f"the seat of {seat.user} for product {seat.product} was granted here on "
                f"{seat.granted_at:%Y-%m-%d}, and is not in the file"
            )
