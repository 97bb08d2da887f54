"""Signed documents in the store. What is not verified is shown, but counts for nothing."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from pgtoll.store.instance import read_instance
from pgtoll.store.link import Connection
from pgtoll.store.seats import as_grants, read_seats
from pgtoll.store.verified import VerifiedFiles
from pgtoll_policy.admission import expect_usable
from pgtoll_policy.coverage import Place
from pgtoll_policy.documents import Document, License, Product, Revocation, read_document
from pgtoll_policy.errors import LicenseError, Rollback
from pgtoll_policy.keys import TrustedKeys
from pgtoll_policy.losses import LostSeat, lost_seats
from pgtoll_policy.policy import admit, compile_policy

_VERIFIED = VerifiedFiles()  # of this process


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A file as it was uploaded. All but the file is for people to read, and is not verified."""

    id: int
    kind: str  # "product", "license" or "revocation"
    code: str  # the product's code, the license's id, "" for a revocation
    product: str
    serial: int
    file: bytes
    uploaded_at: datetime
    uploaded_by: str


@dataclass(frozen=True, slots=True)
class Problem:
    """A stored document that does not count, and why."""

    document: StoredDocument
    reason: str


@dataclass(frozen=True, slots=True)
class UploadResult:
    """What an upload did."""

    document: Document
    replaced: tuple[Document, ...] = ()
    changed: bool = True  # False when the very same file was there already
    lost: tuple[LostSeat, ...] = ()  # seats that were in force until then


async def read_documents(connection: Connection) -> list[StoredDocument]:
    """Return every stored document, the oldest first."""
    cursor = await connection.execute(
        "SELECT id, kind, code, product, serial, file, uploaded_at, uploaded_by"
        " FROM pgtoll.document ORDER BY id"
    )
    return [StoredDocument(*row) for row in await cursor.fetchall()]


def verify_all(
    stored: Iterable[StoredDocument], keys: TrustedKeys
) -> tuple[dict[int, Document], tuple[Problem, ...]]:
    """Return the documents that verify, by their ids in the store, and the others' problems."""
    good: dict[int, Document] = {}
    problems: list[Problem] = []
    for one in stored:
        try:
            good[one.id] = _VERIFIED.read(one.file, keys)
        except LicenseError as exc:
            problems.append(Problem(one, str(exc)))
    return good, tuple(problems)


async def upload_all(
    connection: Connection,
    files: Iterable[tuple[str, bytes]],
    keys: TrustedKeys,
    customer: str | None,
    now: datetime,
    beside: Iterable[Revocation] = (),
) -> list[tuple[str, UploadResult]]:
    """Store named files, products before licenses before revocations; return what each did.

    What `beside` withdraws is withdrawn, whether the store has heard of it or not. Raises
    LicenseError, with the name of the file that is refused in front: then the caller's
    transaction must not be committed.
    """
    shelf = await _open(connection, keys, customer, beside)
    before = list(shelf.held.values())
    results: list[tuple[str, UploadResult]] = []
    for name, file, document in _in_order(files, keys):
        try:
            results.append((name, await _store(connection, shelf, document, file, now)))
        except LicenseError as exc:
            raise type(exc)(f"{name}: {exc}") from exc
    if any(result.lost for _, result in results):
        lost = await _lost(connection, before, shelf.held.values(), shelf.place, now)
        results = _lost_for_good(results, lost)
    return results


def _lost_for_good(
    results: list[tuple[str, UploadResult]], lost: tuple[LostSeat, ...]
) -> list[tuple[str, UploadResult]]:
    """Return the results without the seats that a later file gave back.

    Each is told once, of the last new file about its product, or of the last that took any.
    """
    last = max(at for at, (_, result) in enumerate(results) if result.lost)
    about = {
        columns_of(result.document)[2]: at
        for at, (_, result) in enumerate(results)
        if result.changed
    }
    told: dict[int, list[LostSeat]] = {}
    for seat in lost:
        told.setdefault(about.get(seat.product, last), []).append(seat)
    return [
        (name, replace(result, lost=tuple(told.get(at, ()))))
        for at, (name, result) in enumerate(results)
    ]


def _in_order(
    files: Iterable[tuple[str, bytes]], keys: TrustedKeys
) -> list[tuple[str, bytes, Document]]:
    read: list[tuple[str, bytes, Document]] = []
    for name, file in files:
        try:
            read.append((name, file, read_document(file, keys)))
        except LicenseError as exc:
            raise type(exc)(f"{name}: {exc}") from exc
    return sorted(read, key=lambda one: _RANKS[type(one[2])])


async def upload(
    connection: Connection,
    file: bytes,
    keys: TrustedKeys,
    customer: str | None,
    now: datetime,
    beside: Iterable[Revocation] = (),
) -> UploadResult:
    """Store a signed file in place of those that it replaces. Raises LicenseError."""
    document = read_document(file, keys)
    shelf = await _open(connection, keys, customer, beside)
    return await _store(connection, shelf, document, file, now)


@dataclass(slots=True)
class _Shelf:
    """What is held while documents are stored, one after the other."""

    held: dict[int, Document]  # those that verify, by their ids in the store; -1 … lie beside it
    files: set[bytes]
    place: Place


async def _open(
    connection: Connection,
    keys: TrustedKeys,
    customer: str | None,
    beside: Iterable[Revocation],
) -> _Shelf:
    # Uploads one after another, while everybody else goes on reading.
    await connection.execute("LOCK TABLE pgtoll.document IN SHARE ROW EXCLUSIVE MODE")
    stored = await read_documents(connection)
    held, _ = verify_all(stored, keys)
    held |= {-number: one for number, one in enumerate(beside, 1)}
    place = Place(customer=customer, instance=await read_instance(connection))
    return _Shelf(held, {one.file for one in stored}, place)


async def _store(
    connection: Connection, shelf: _Shelf, document: Document, file: bytes, now: datetime
) -> UploadResult:
    before = dict(shelf.held)
    expect_usable(document, before.values(), shelf.place, now)
    if file in shelf.files:
        return UploadResult(document, changed=False)
    replaced = admit(document, before.values(), place=shelf.place)
    await expect_not_replaced(connection, document)
    gone = [id_ for id_, one in before.items() if one in replaced and id_ > 0]
    replaced = tuple(before[id_] for id_ in gone)
    await _remove(connection, gone)
    cursor = await connection.execute(
        "INSERT INTO pgtoll.document (kind, code, product, serial, file)"
        " VALUES (%s, %s, %s, %s, %s) RETURNING id",
        [*columns_of(document), file],
    )
    ((id_,),) = await cursor.fetchall()
    shelf.held = {known: one for known, one in before.items() if known not in gone}
    shelf.held[id_] = document
    shelf.files.add(file)
    lost: tuple[LostSeat, ...] = ()
    if replaced or isinstance(document, Revocation):  # what only adds takes nothing
        lost = await _lost(connection, before.values(), shelf.held.values(), shelf.place, now)
    return UploadResult(document, replaced, lost=lost)


async def expect_not_replaced(connection: Connection, document: Document) -> None:
    """Refuse a license that a newer one replaced here, also when that was deleted since.

    Raises Rollback. What was replaced went in the transaction that brought the newer serial.
    """
    if not isinstance(document, License):
        return
    cursor = await connection.execute(
        "SELECT newer.code, newer.serial"
        " FROM pgtoll.document_history gone JOIN pgtoll.document_history newer"
        " ON newer.change = gone.change AND newer.product = gone.product"
        " AND newer.kind = 'license' AND newer.act = 'upload' AND newer.serial > gone.serial"
        " WHERE gone.kind = 'license' AND gone.act = 'delete' AND gone.product = %s"
        " AND gone.code = %s AND gone.serial >= %s ORDER BY newer.id DESC LIMIT 1",
        [document.product, document.id, document.serial],
    )
    if row := await cursor.fetchone():
        raise Rollback(
            f"license {document.id} was replaced here by serial {row[1]}, license {row[0]}, "
            "and does not come back"
        )


async def _lost(
    connection: Connection,
    before: Collection[Document],
    after: Collection[Document],
    place: Place,
    now: datetime,
) -> tuple[LostSeat, ...]:
    """Return whose seats a change of documents takes out of force."""
    grants = as_grants(await read_seats(connection))
    if not grants:
        return ()
    had, have = (
        compile_policy(documents, grants, customer=place.customer, instance=place.instance)
        for documents in (before, after)
    )
    return lost_seats(had, have, grants, now)


async def delete_licenses(connection: Connection, product: str | None) -> list[StoredDocument]:
    """Delete the licenses of one product, or of all for None, and return them.

    Products and revocations stay: without a license a product is in demo mode, and a revoked
    license must not come back.
    """
    await connection.execute("LOCK TABLE pgtoll.document IN SHARE ROW EXCLUSIVE MODE")
    doomed = [
        one
        for one in await read_documents(connection)
        if one.kind == "license" and product in (None, one.product)
    ]
    await _remove(connection, [one.id for one in doomed])
    return doomed


async def _remove(connection: Connection, ids: list[int]) -> None:
    await connection.execute("DELETE FROM pgtoll.document WHERE id = ANY (%s)", [ids])


def columns_of(document: Document) -> tuple[str, str, str, int]:
    """Return a document's kind, code, product and serial, as the store has them for people."""
    match document:
        case Product():
            return "product", document.code, document.code, document.serial
        case License():
            return "license", document.id, document.product, document.serial
        case Revocation():
            return "revocation", "", "", document.serial


_RANKS: Mapping[type[Document], int] = {Product: 0, License: 1, Revocation: 2}
