"""What uploading a document does: it fits beside those held, replaces some, or is refused.

What can never count here is refused. Licenses that are not yet valid, have expired or are for an
older version are admitted, and the state of their product says why they are not in force.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from pgtoll_policy.coverage import ANYWHERE, SKEW, Place, misplaced
from pgtoll_policy.documents import (
    BASE,
    BASE_PRODUCT,
    Document,
    License,
    LicenseType,
    Product,
    Revocation,
)
from pgtoll_policy.errors import BadDocument, Conflict, NotForUs, Rollback
from pgtoll_policy.objects import fold, objects_overlap, parse_object, prefixes_overlap
from pgtoll_policy.versions import is_outdated

MAX_NAMED = 10  # colliding elements that a message lists


def expect_usable(
    document: Document, held: Iterable[Document], place: Place, now: datetime
) -> None:
    """Refuse what can never count here, and what was issued after the present time.

    Raises NotForUs. A day between the vendor's clock and ours is tolerated. `place` need not know
    of the revocations: they are among those held.
    """
    if document.issued - SKEW > now:
        raise NotForUs(
            f"file was issued on {document.issued:%Y-%m-%d}, after the present time: {now:%Y-%m-%d}"
        )
    if not isinstance(document, License):
        return
    if document.id in revoked_licenses(held):
        raise NotForUs(f"{_described(document)} was revoked")
    if fault := misplaced(document, place):
        raise NotForUs(f"{fault.reason}: ask the vendor for one of your own")


def admit(
    document: Document, held: Iterable[Document], *, place: Place = ANYWHERE
) -> tuple[Document, ...]:
    """Return the held documents that this one replaces.

    Raises Rollback for a serial that is not newer, Conflict for what contradicts a document held,
    BadDocument for a license of a product nobody has described. The same document again replaces
    itself. Licenses that are for others than the `place` are never in force and never collide.
    """
    held = tuple(held)
    match document:
        case Product():
            return _admit_product(document, held, place)
        case License():
            return _admit_license(document, held, place)
        case _:
            return tuple(one for one in revocations(held) if one.licenses <= document.licenses)


def latest(documents: Iterable[Document]) -> tuple[Mapping[str, Product], Mapping[str, License]]:
    """Return the products by code in their newest serials, and the licenses by id of each line's.

    Licenses of one product, type and customer are a line: a newer serial replaces all of an older
    one, and those of the same serial add up.
    """
    products, licenses = {BASE: BASE_PRODUCT}, dict[str, License]()
    for document in sorted(documents, key=lambda one: (one.serial, one.issued, one.key_id)):
        match document:
            case Product():
                products[document.code] = document
            case License():
                licenses[document.id] = document
    newest: dict[tuple[str, LicenseType, str | None], int] = {}
    for one in licenses.values():
        newest[_line(one)] = max(newest.get(_line(one), 0), one.serial)
    return products, {id_: one for id_, one in licenses.items() if one.serial == newest[_line(one)]}


def _line(license: License) -> tuple[str, LicenseType, str | None]:
    return license.product, license.type, license.customer


def revocations(documents: Iterable[Document]) -> list[Revocation]:
    return [document for document in documents if isinstance(document, Revocation)]


def revoked_licenses(documents: Iterable[Document]) -> frozenset[str]:
    """Return every license that any list withdraws: lists add up, whatever their serials."""
    return frozenset[str]().union(*(one.licenses for one in revocations(documents)))


def _admit_product(
    product: Product, held: tuple[Document, ...], place: Place
) -> tuple[Document, ...]:
    products = [one for one in held if isinstance(one, Product)]
    replaced = tuple(one for one in products if one.code == product.code)
    for older in replaced:
        _check_serial(product, older, f"product {product.code}")
    _check_prefix(product, products)
    rest = tuple(one for one in held if one not in replaced)
    by_code, licenses = _in_use((*rest, product), place)
    for license in licenses:
        if license.product == product.code:
            _check_collisions(license, licenses, by_code)
    return replaced


def _admit_license(
    license: License, held: tuple[Document, ...], place: Place
) -> tuple[Document, ...]:
    by_code, licenses = _in_use(held, place)
    if license.product not in by_code:
        raise BadDocument(
            f"product {license.product} is not known here: upload its product file first"
        )
    replaced = _replaced(license, [one for one in held if isinstance(one, License)])
    if _counts(license, by_code, revoked_licenses(held), place):
        others = [one for one in licenses if one not in replaced]
        _check_collisions(license, others, by_code)
    return replaced


def _replaced(license: License, held: list[License]) -> tuple[License, ...]:
    """Return the licenses that this one replaces: itself, and what is older of its line."""
    replaced = []
    for other in held:
        if other.id == license.id:
            _check_serial(license, other, f"license {license.id}")
            if other.product != license.product:
                raise Conflict(f"license {license.id} is of product {other.product}")
            replaced.append(other)
        elif _line(other) == _line(license):
            if license.serial < other.serial:
                raise Rollback(
                    f"serial {license.serial} of the {_described(license)} is older than "
                    f"{other.serial}, held as license {other.id}"
                )
            if license.serial > other.serial:
                replaced.append(other)
    return tuple(replaced)


def _check_serial(document: Product | License, older: Product | License, name: str) -> None:
    if document.serial < older.serial:
        raise Rollback(f"serial {document.serial} of {name} is older than {older.serial}, held")
    same = replace(document, key_id="") == replace(older, key_id="")
    if document.serial == older.serial and not same:
        raise Rollback(f"serial {document.serial} of {name} is held with other content")


def _check_prefix(product: Product, held: list[Product]) -> None:
    """Refuse names under another vendor's prefix.

    A key may claim names under a prefix it has signed before. Signing a product anew with another
    trusted key, its prefix unchanged, is how a vendor changes keys.
    """
    own = tuple(
        fold(one.prefix)
        for one in held
        if one.code != BASE and (one.key_id == product.key_id or one.code == product.code)
    )
    for other in held:
        if other.code in (product.code, BASE) or product.code == BASE:
            continue
        contested = max(fold(product.prefix), fold(other.prefix), key=len)
        if (
            other.key_id != product.key_id
            and prefixes_overlap(product.prefix, other.prefix)
            and not contested.startswith(own)
        ):
            raise Conflict(
                f"prefix {product.prefix} of product {product.code} claims names under prefix "
                f"{other.prefix} of product {other.code}, which another vendor has signed"
            )


def _in_use(held: tuple[Document, ...], place: Place) -> tuple[dict[str, Product], list[License]]:
    """Return the products, and the licenses that are or will be in force at some time."""
    products, licenses = latest(held)
    revoked = revoked_licenses(held)
    usable = [one for one in licenses.values() if _counts(one, products, revoked, place)]
    return dict(products), usable


def _counts(
    license: License, products: Mapping[str, Product], revoked: frozenset[str], place: Place
) -> bool:
    product = products.get(license.product)
    if product is None or is_outdated(license.version, product.version):
        return False
    return license.id not in revoked and not misplaced(license, place)


def _check_collisions(
    license: License, others: list[License], products: Mapping[str, Product]
) -> None:
    """Refuse a personal and a server license that control the same elements at the same time."""
    for other in others:
        apart = license.starts >= other.due or other.starts >= license.due
        if other.type is license.type or apart:
            continue
        if shared := _shared_elements(products[license.product], products[other.product]):
            raise Conflict(
                f"{_described(license)} collides with {_described(other)}, "
                f"both control {_listed(shared)}"
            )


def collisions(held: Iterable[Document], place: Place = ANYWHERE) -> tuple[str, ...]:
    """Return what held licenses contradict each other in, as clauses: no upload brings that about.

    Each license is told of with the first of the others that it collides with.
    """
    by_code, licenses = _in_use(tuple(held), place)
    found = []
    for at, license in enumerate(licenses):
        try:
            _check_collisions(license, licenses[at + 1 :], by_code)
        except Conflict as exc:
            found.append(str(exc))
    return tuple(found)


def _described(license: License) -> str:
    return f"{license.type.value} license {license.id} of product {license.product}"


def _listed(elements: list[str]) -> str:
    named = ", ".join(elements[:MAX_NAMED])
    rest = len(elements) - MAX_NAMED
    return f"{named} and {rest} more" if rest > 0 else named


def _shared_elements(product: Product, other: Product) -> list[str]:
    theirs = {operation.code for operation in other.operations}
    operations = [one.code for one in product.operations if one.code in theirs]
    return [f"object {text}" for text in _shared_objects(product, other)] + [
        f"operation {code}" for code in operations
    ]


def _shared_objects(product: Product, other: Product) -> list[str]:
    if product.code == other.code:
        return list(product.objects)
    if BASE in (product.code, other.code):  # base owns only what no other product names
        return []
    theirs = {text: parse_object(text) for text in other.objects}
    wild = [text for text, pattern in theirs.items() if not pattern.exact]
    by_name: dict[str, list[str]] = {}
    for text, pattern in theirs.items():
        by_name.setdefault(pattern.name, []).append(text)
    shared: list[str] = []
    for text in product.objects:
        pattern = parse_object(text)
        candidates = (*by_name.get(pattern.name, ()), *wild) if pattern.exact else theirs
        match = next((one for one in candidates if objects_overlap(pattern, theirs[one])), None)
        if match is not None:
            shared.append(text if fold(text) == fold(match) else f"{text} ({match})")
    return shared
