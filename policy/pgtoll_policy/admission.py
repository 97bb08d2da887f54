"""What uploading a document does: it fits beside those held, replaces some, or is refused.

No clock is asked: licenses that are not yet valid, have expired, were revoked or are for another
customer are admitted, and the state of their product says why they are not in force.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from pgtoll_policy.coverage import meant_for
from pgtoll_policy.documents import (
    BASE,
    BASE_PRODUCT,
    Document,
    License,
    LicenseType,
    Product,
    Revocation,
)
from pgtoll_policy.errors import BadDocument, Conflict, Rollback
from pgtoll_policy.objects import fold, objects_overlap, parse_object, prefixes_overlap

MAX_NAMED = 10  # colliding elements that a message lists


def admit(
    document: Document, held: Iterable[Document], *, customer: str | None = None
) -> tuple[Document, ...]:
    """Return the held documents that this one replaces.

    Raises Rollback for a serial that is not newer, Conflict for what contradicts a document held,
    BadDocument for a license of a product nobody has described. The same document again replaces
    itself. `customer` is the instance's: licenses for others are never in force and never collide.
    """
    held = tuple(held)
    match document:
        case Product():
            return _admit_product(document, held, customer)
        case License():
            return _admit_license(document, held, customer)
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
    product: Product, held: tuple[Document, ...], customer: str | None
) -> tuple[Document, ...]:
    products = [one for one in held if isinstance(one, Product)]
    replaced = tuple(one for one in products if one.code == product.code)
    for older in replaced:
        _check_serial(product, older, f"product {product.code}")
    _check_prefix(product, products)
    by_code, licenses = _in_use(held, customer)
    by_code[product.code] = product
    for license in licenses:
        if license.product == product.code:
            _check_collisions(license, licenses, by_code)
    return replaced


def _admit_license(
    license: License, held: tuple[Document, ...], customer: str | None
) -> tuple[Document, ...]:
    by_code, licenses = _in_use(held, customer)
    if license.product not in by_code:
        raise BadDocument(
            f"product {license.product} is not known here: upload its product file first"
        )
    replaced = _replaced(license, [one for one in held if isinstance(one, License)])
    if meant_for(license, customer) and license.id not in revoked_licenses(held):
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


def _in_use(
    held: tuple[Document, ...], customer: str | None
) -> tuple[dict[str, Product], list[License]]:
    """Return the products, and the licenses that are or will be in force at some time."""
    products, licenses = latest(held)
    revoked = revoked_licenses(held)
    usable = [
        license
        for license in licenses.values()
        if license.product in products
        and license.id not in revoked
        and meant_for(license, customer)
    ]
    return dict(products), usable


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
