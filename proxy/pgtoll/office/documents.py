"""Signed files, before they are stored: what they say, what they would replace, who would lose."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pgtoll.counts import plural
from pgtoll.office.holdings import Held
from pgtoll.office.models import FilePreview, SeatLoss
from pgtoll.store.archive import expect_not_replaced
from pgtoll.store.link import Connection
from pgtoll_policy.admission import expect_usable
from pgtoll_policy.coverage import Place, last_day
from pgtoll_policy.documents import Document, License, Product, Revocation, read_document
from pgtoll_policy.errors import LicenseError
from pgtoll_policy.keys import TrustedKeys
from pgtoll_policy.policy import Policy, State, admit

MOST_FILES = 100  # in one upload
EVERYBODY = ""  # the user of a loss that is everybody's who has no seat

_RANKS: Mapping[type[Document], int] = {Product: 0, License: 1, Revocation: 2}
_UNREAD = 3  # files that say nothing come last

_SEATS = """
    SELECT product, username,
      row_number() OVER (PARTITION BY product ORDER BY granted_at, username COLLATE "C") - 1
    FROM pgtoll.seat WHERE product = ANY (%s) ORDER BY 1, 3
"""


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A file as somebody has picked it."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Plan:
    """What storing some files would do, the files in the order in which they would be stored."""

    files: tuple[NamedFile, ...]
    previews: tuple[FilePreview, ...]
    documents: tuple[Document, ...]  # that would be held afterwards

    @property
    def products(self) -> tuple[str, ...]:
        """The products that the files are about."""
        about = (subject(one.document) for one in self.previews if one.document)
        return tuple(dict.fromkeys(about))


async def plan(
    connection: Connection,
    held: Held,
    files: Sequence[NamedFile],
    keys: TrustedKeys,
    now: datetime,
) -> Plan:
    """Admit the files one after the other, changing nothing."""
    read = sorted(((_read(file, keys), file) for file in files), key=lambda one: one[0][0])
    documents = list(held.known)
    stored = {one.file for one in held.stored}
    previews = []
    for (_, document, refusal), file in read:
        replaced: tuple[Document, ...] = ()
        known = file.data in stored
        if document:
            place = held.policy.place
            replaced, refusal = _admit(document, documents, place, now, known=known)
        if document and not refusal and not known:
            refusal = await _refusal_of_history(connection, document)
        if document and not refusal and not known:
            documents = [one for one in documents if one not in replaced] + [document]
        previews.append(
            FilePreview(
                name=file.name,
                document=document,
                summary=summary(document) if document else "",
                replaces=() if refusal else tuple(map(summary, replaced)),
                known=known,
                refusal=refusal,
            )
        )
    return Plan(tuple(file for _, file in read), tuple(previews), tuple(documents))


def _read(file: NamedFile, keys: TrustedKeys) -> tuple[int, Document | None, str]:
    """Return when a file is stored, what it says, and why it does not count."""
    try:
        document = read_document(file.data, keys)
    except LicenseError as exc:
        return _UNREAD, None, str(exc)
    return _RANKS[type(document)], document, ""


async def _refusal_of_history(connection: Connection, document: Document) -> str:
    try:
        await expect_not_replaced(connection, document)
    except LicenseError as exc:
        return str(exc)
    return ""


def _admit(
    document: Document, held: Iterable[Document], place: Place, now: datetime, *, known: bool
) -> tuple[tuple[Document, ...], str]:
    """Return what a document replaces, and why it is refused."""
    held = tuple(held)
    try:
        expect_usable(document, held, place, now)
        return () if known else admit(document, held, place=place), ""
    except LicenseError as exc:
        return (), str(exc)


def summary(document: Document) -> str:
    """Return what a document says, as one line."""
    match document:
        case Product():
            return f"product {document.code} “{document.title}”, serial {document.serial}"
        case License():
            seats = f" of {plural(document.seats, 'seat')}" if document.seats else ""
            days = f"{document.starts:%Y-%m-%d} to {last_day(document.due)}"
            kind = f"{document.type.value} license {document.id}{seats}"
            return f"{kind} for product {document.product}, {days}, serial {document.serial}"
        case Revocation():
            return f"revocation of {', '.join(sorted(document.licenses))}"


def subject(document: Document) -> str:
    """Return the product that a document is about, "" for a revocation."""
    match document:
        case Product():
            return document.code
        case License():
            return document.product
        case Revocation():
            return ""


async def losses(
    connection: Connection, before: Policy, after: Policy, now: datetime
) -> tuple[SeatLoss, ...]:
    """Return who may use a product now, and could not any more with another policy."""
    changed = [
        code for code in sorted(before.products) if before.span(code, now) != after.span(code, now)
    ]
    found = [
        SeatLoss(code, EVERYBODY, after.seated(code, None, now).reason)
        for code in changed
        if _lost(before, after, code, None, now)
    ]
    cursor = await connection.execute(_SEATS, [changed])
    for code, user, rank in await cursor.fetchall():
        if _lost(before, after, code, rank, now):
            found.append(SeatLoss(code, user, after.seated(code, rank, now).reason))
    return tuple(found)


def _lost(before: Policy, after: Policy, code: str, rank: int | None, now: datetime) -> bool:
    return (
        before.seated(code, rank, now).state is not State.REFUSED
        and after.seated(code, rank, now).state is State.REFUSED
    )
