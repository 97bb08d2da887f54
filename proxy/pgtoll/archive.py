"""Signed documents in the store. What is not verified is shown, but counts for nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from pgtoll.link import Connection
from pgtoll_policy.documents import Document, License, Product, Revocation, read_document
from pgtoll_policy.errors import LicenseError
from pgtoll_policy.keys import TrustedKeys
from pgtoll_policy.policy import admit


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
            good[one.id] = read_document(one.file, keys)
        except LicenseError as exc:
            problems.append(Problem(one, str(exc)))
    return good, tuple(problems)


async def upload(
    connection: Connection, file: bytes, keys: TrustedKeys, customer: str | None
) -> UploadResult:
    """Store a signed file in place of those that it replaces. Raises LicenseError."""
    document = read_document(file, keys)
    # Uploads one after another, while everybody else goes on reading.
    await connection.execute("LOCK TABLE pgtoll.document IN SHARE ROW EXCLUSIVE MODE")
    stored = await read_documents(connection)
    held, _ = verify_all(stored, keys)
    if any(one.file == file for one in stored):
        return UploadResult(document, changed=False)
    replaced = admit(document, held.values(), customer=customer)
    await _remove(connection, [id_ for id_, one in held.items() if one in replaced])
    await connection.execute(
        "INSERT INTO pgtoll.document (kind, code, product, serial, file)"
        " VALUES (%s, %s, %s, %s, %s)",
        [*_described(document), file],
    )
    return UploadResult(document, replaced)


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


def _described(document: Document) -> tuple[str, str, str, int]:
    match document:
        case Product():
            return "product", document.code, document.code, document.serial
        case License():
            return "license", document.id, document.product, document.serial
        case Revocation():
            return "revocation", "", "", document.serial
