"""Verified bytes -> Product | License | Revocation: every field checked and named."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import fields as fields_of
from datetime import UTC, datetime, timedelta
from enum import Enum

from pgtoll_policy import fields as read
from pgtoll_policy.envelope import LICENSE_TYPE, PRODUCT_TYPE, REVOCATION_TYPE, parse_envelope
from pgtoll_policy.errors import BadDocument
from pgtoll_policy.keys import TrustedKeys, Verified, verify
from pgtoll_policy.objects import check_prefix, fold, parse_object
from pgtoll_policy.versions import read_version

BASE = "base"  # the product that always exists and owns what no other product names
MAX_PRODUCT_CODE = 63
MAX_DAYS = 36500
MAX_SEATS = 1_000_000
MAX_CAP = 1_000_000_000  # the witness counts one row more in an int4


@dataclass(frozen=True, slots=True)
class Operation:
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Component:
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Product:
    """A product's index: the elements that its licenses control."""

    code: str
    title: str
    version: str | None  # licenses for an older one are not in force; None is any
    prefix: str  # the vendor's developer prefix; "" for base alone
    objects: tuple[str, ...]
    operations: tuple[Operation, ...]
    components: tuple[Component, ...]
    cap: int | None  # rows of a table in demo mode; base alone may say
    exempt: tuple[str, ...]  # objects that are never capped; base alone may say
    serial: int
    issued: datetime
    key_id: str = ""  # who signed it; not a field of the file


class LicenseType(Enum):
    PERSONAL = "personal"
    SERVER = "server"


@dataclass(frozen=True, slots=True)
class License:
    """The right to use one product from `starts` until just before `due`."""

    id: str
    product: str
    type: LicenseType
    seats: int | None  # of a personal license; a server license has no limit
    starts: datetime
    due: datetime
    customer: str | None  # None is any customer
    instance: str | None  # the one cluster it is good for, by its system identifier; None is any
    version: str | None  # the newest product version it is good for; None is any
    serial: int
    issued: datetime
    key_id: str = ""


@dataclass(frozen=True, slots=True)
class Revocation:
    """Licenses withdrawn for good: no later list can give them back."""

    licenses: frozenset[str]
    serial: int
    issued: datetime
    key_id: str = ""


Document = Product | License | Revocation

BASE_PRODUCT = Product(
    code=BASE,
    title="Base",
    version=None,
    prefix="",
    objects=("*",),
    operations=(),
    components=(),
    cap=None,
    exempt=(),
    serial=0,
    issued=datetime(2000, 1, 1, tzinfo=UTC),
)


def read_document(data: bytes, keys: TrustedKeys) -> Document:
    """Return the document in a file's bytes. Raises LicenseError for anything less than perfect."""
    return parse_document(verify(parse_envelope(data), keys))


def parse_document(verified: Verified) -> Document:
    """Return what verified bytes say. Raises BadDocument, naming the field."""
    fields = read.read_fields(verified.payload)
    parse = _PARSERS.get(verified.payload_type)
    if parse is None:
        raise BadDocument(f"unknown kind of document {verified.payload_type}")
    return parse(fields, verified.key_id)


def render_document(document: Document) -> bytes:
    """Return the payload to sign. Raises BadDocument for times without time zone."""
    content = {name: _plain(getattr(document, name)) for name in _names(type(document))}
    return json.dumps(content, separators=(",", ":"), allow_nan=False).encode("ascii")


def payload_type_of(document: Document) -> str:
    return _PAYLOAD_TYPES[type(document)]


def _names(kind: type[Document | Operation | Component]) -> tuple[str, ...]:
    return _NAMES[kind]


def _plain(value: object) -> object:
    match value:
        case datetime():
            return read.instant_text(value)
        case LicenseType():
            return value.value
        case Operation() | Component():
            return {"code": value.code, "name": value.name}
        case frozenset():
            return sorted(value)
        case tuple():
            return [_plain(item) for item in value]
        case _:
            return value


def _product(fields: read.Fields, key_id: str) -> Product:
    read.expect_exactly(fields, _names(Product))
    product = Product(
        code=read.read_code(fields, "code", MAX_PRODUCT_CODE),
        title=read.read_text(fields, "title"),
        version=read_version(fields, "version"),
        prefix="" if fields["prefix"] == "" else read.read_text(fields, "prefix"),
        objects=_objects(fields, "objects"),
        operations=tuple(Operation(*pair) for pair in _elements(fields, "operations")),
        components=tuple(Component(*pair) for pair in _elements(fields, "components")),
        cap=None if fields["cap"] is None else read.read_integer(fields, "cap", 0, MAX_CAP),
        exempt=_objects(fields, "exempt"),
        serial=read.read_integer(fields, "serial", 1),
        issued=read.read_instant(fields, "issued"),
        key_id=key_id,
    )
    if product.code == BASE:
        _check_base(product)
    else:
        _check_addon(product)
    return product


def _check_base(product: Product) -> None:
    if product.prefix or product.objects != ("*",):
        raise BadDocument('product base has no prefix, and its objects are "*" alone')


def _check_addon(product: Product) -> None:
    if fold(product.code) == BASE:
        raise BadDocument(f"product code {product.code} is too like base")
    if product.cap is not None or product.exempt:
        raise BadDocument("only product base may set the cap and exempt objects from it")
    check_prefix(product.prefix)
    for text in product.objects:
        if not parse_object(text).name.startswith(fold(product.prefix)):
            raise BadDocument(f"object {text} does not start with the prefix {product.prefix}")
    if not (product.objects or product.operations or product.components):
        raise BadDocument(f"product {product.code} has no object, operation or component")


def _objects(fields: read.Fields, name: str) -> tuple[str, ...]:
    texts: list[str] = []
    for text in read.read_list(fields, name):
        if not isinstance(text, str):
            raise BadDocument(f"{name} must be a list of texts")
        parse_object(text)
        texts.append(text)
    read.refuse_repeats(map(fold, texts), name)
    return tuple(texts)


def _elements(fields: read.Fields, name: str) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for value in read.read_list(fields, name):
        element = read.as_fields(value, f"each of {name}")
        read.expect_exactly(element, _names(Operation))
        pairs.append((read.read_code(element, "code"), read.read_text(element, "name")))
    read.refuse_repeats((code for code, _ in pairs), name)
    return pairs


def _license(fields: read.Fields, key_id: str) -> License:
    read.expect_exactly(fields, _names(License))
    kind = _license_type(fields)
    license = License(
        id=read.read_license_id(fields["id"], "id"),
        product=read.read_code(fields, "product", MAX_PRODUCT_CODE),
        type=kind,
        seats=_seats(fields, kind),
        starts=read.read_instant(fields, "starts"),
        due=read.read_instant(fields, "due"),
        customer=read.read_optional_text(fields, "customer"),
        instance=read.read_instance(fields, "instance"),
        version=read_version(fields, "version"),
        serial=read.read_integer(fields, "serial", 1),
        issued=read.read_instant(fields, "issued"),
        key_id=key_id,
    )
    if not timedelta(0) < license.due - license.starts <= timedelta(days=MAX_DAYS):
        raise BadDocument(f"a license must be due after it starts, within {MAX_DAYS} days")
    return license


def _license_type(fields: read.Fields) -> LicenseType:
    try:
        return LicenseType(fields["type"])
    except ValueError as exc:
        raise BadDocument(f"type must be personal or server: {fields['type']!a}") from exc


def _seats(fields: read.Fields, kind: LicenseType) -> int | None:
    if kind is LicenseType.PERSONAL:
        return read.read_integer(fields, "seats", 1, MAX_SEATS)
    if fields["seats"] is not None:
        raise BadDocument("a server license has no seats")
    return None


def _revocation(fields: read.Fields, key_id: str) -> Revocation:
    read.expect_exactly(fields, _names(Revocation))
    ids = [read.read_license_id(item, "licenses") for item in read.read_list(fields, "licenses")]
    read.refuse_repeats(ids, "licenses")
    if not ids:
        raise BadDocument("a revocation must name a license")
    return Revocation(
        licenses=frozenset(ids),
        serial=read.read_integer(fields, "serial", 1),
        issued=read.read_instant(fields, "issued"),
        key_id=key_id,
    )


_NAMES: Mapping[type[object], tuple[str, ...]] = {
    kind: tuple(field.name for field in fields_of(kind) if field.name != "key_id")
    for kind in (Product, License, Revocation, Operation, Component)
}
_PAYLOAD_TYPES: Mapping[type[Document], str] = {
    Product: PRODUCT_TYPE,
    License: LICENSE_TYPE,
    Revocation: REVOCATION_TYPE,
}
_PARSERS: Mapping[str, Callable[[read.Fields, str], Document]] = {
    PRODUCT_TYPE: _product,
    LICENSE_TYPE: _license,
    REVOCATION_TYPE: _revocation,
}
