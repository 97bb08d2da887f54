"""What a customer asks a vendor for: the content of a `.tlr` file.

It is JSON for people and programs, and not signed: it proves nothing, and the vendor decides what
to believe. It is read as strictly as signed files are, because what is issued follows from it.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from dataclasses import fields as fields_of
from datetime import datetime

from pgtoll_policy import fields as read
from pgtoll_policy.documents import MAX_PRODUCT_CODE, MAX_SEATS, License, LicenseType
from pgtoll_policy.errors import BadDocument
from pgtoll_policy.versions import read_version

FORMAT = "pgtoll.request/1"
MAX_REQUEST_BYTES = 1 << 20  # room for some thousand licenses that are held
_STATE = 500  # characters of a reason


@dataclass(frozen=True, slots=True)
class Want:
    """A license that is asked for."""

    product: str
    seats: int | None  # in all, not more than now; None asks for a server license

    @property
    def type(self) -> LicenseType:
        return LicenseType.SERVER if self.seats is None else LicenseType.PERSONAL


@dataclass(frozen=True, slots=True)
class HeldLicense:
    """A license that the customer has."""

    id: str
    type: LicenseType
    seats: int | None
    starts: datetime
    due: datetime
    customer: str | None
    instance: str | None
    version: str | None
    serial: int
    state: str  # "in force", or why not


@dataclass(frozen=True, slots=True)
class InUse:
    """A product that is known to the customer's instance."""

    product: str
    version: str | None
    state: str  # one clause for people
    bought: int  # seats in force
    taken: int  # seats granted
    licenses: tuple[HeldLicense, ...]


@dataclass(frozen=True, slots=True)
class Request:
    """A customer's request."""

    customer: str
    version: str | None  # that the licenses are to be good for
    instance: str | None  # the cluster's system identifier; None could not be read
    created: datetime
    wants: tuple[Want, ...]
    products: tuple[InUse, ...]

    def serial_after(self, want: Want) -> int:
        """Return the serial that replaces what the customer holds of this product and type."""
        serials = (
            one.serial
            for product in self.products
            if product.product == want.product
            for one in product.licenses
            if one.type is want.type and one.customer == self.customer
        )
        return max(serials, default=0) + 1


def held_license(license: License, state: str) -> HeldLicense:
    """Return what a request tells of a license."""
    names = (field.name for field in fields_of(HeldLicense) if field.name != "state")
    return HeldLicense(**{name: getattr(license, name) for name in names}, state=state[:_STATE])


def render_request(request: Request) -> bytes:
    """Return the bytes of the file. Raises BadDocument for what its reader would refuse."""
    content = {"format": FORMAT, "signed": False, **asdict(request)}
    data = json.dumps(content, indent=2, ensure_ascii=False, default=_plain).encode() + b"\n"
    parse_request(data)
    return data


def _plain(value: object) -> str:
    match value:
        case datetime():
            return read.instant_text(value)
        case LicenseType():
            return value.value
    raise TypeError(f"not in a request: {value!r}")


def is_request(data: bytes) -> bool:
    """Tell whether a file is meant as a request, sound or not: its format stands first."""
    return b'"format"' in data[:200]


def parse_request(data: bytes) -> Request:
    """Return what a request says. Raises BadDocument, naming the field."""
    if len(data) > MAX_REQUEST_BYTES:
        raise BadDocument(f"file of {len(data)} bytes, at most {MAX_REQUEST_BYTES} are read")
    fields = read.read_fields(data)
    if fields.get("format") != FORMAT:
        raise BadDocument(f"not a request of format {FORMAT}")
    read.expect_exactly(fields, ["format", "signed", *_names(Request)])
    if fields["signed"] is not False:
        raise BadDocument("signed must be false: requests are not signed")
    return Request(
        customer=read.read_text(fields, "customer"),
        version=read_version(fields, "version"),
        instance=read.read_instance(fields, "instance"),
        created=read.read_instant(fields, "created"),
        wants=_wants(_objects(fields, "wants")),
        products=_products(_objects(fields, "products")),
    )


def _names(kind: type[Request | Want | InUse | HeldLicense]) -> list[str]:
    return [field.name for field in fields_of(kind)]


def _objects(fields: read.Fields, name: str) -> list[read.Fields]:
    return [read.as_fields(one, f"each of {name}") for one in read.read_list(fields, name)]


def check_wants(wants: Iterable[Want]) -> tuple[Want, ...]:
    """Return what is wanted: something, and each product once. Raises BadDocument."""
    wants = tuple(wants)
    if not wants:
        raise BadDocument("a request must want a product")
    read.refuse_repeats((one.product for one in wants), "wants")
    return wants


def _wants(values: list[Mapping[str, object]]) -> tuple[Want, ...]:
    return check_wants(map(_want, values))


def _want(fields: read.Fields) -> Want:
    read.expect_exactly(fields, _names(Want))
    return Want(read.read_code(fields, "product", MAX_PRODUCT_CODE), _seats(fields))


def _seats(fields: read.Fields) -> int | None:
    return None if fields["seats"] is None else read.read_integer(fields, "seats", 1, MAX_SEATS)


def _products(values: list[read.Fields]) -> tuple[InUse, ...]:
    products = tuple(map(_product, values))
    read.refuse_repeats((one.product for one in products), "products")
    return products


def _product(fields: read.Fields) -> InUse:
    read.expect_exactly(fields, _names(InUse))
    return InUse(
        product=read.read_code(fields, "product", MAX_PRODUCT_CODE),
        version=read_version(fields, "version"),
        state=read.read_text(fields, "state", _STATE),
        bought=read.read_integer(fields, "bought", 0),
        taken=read.read_integer(fields, "taken", 0),
        licenses=tuple(map(_license, _objects(fields, "licenses"))),
    )


def _license(fields: read.Fields) -> HeldLicense:
    read.expect_exactly(fields, _names(HeldLicense))
    if fields["type"] not in ("personal", "server"):
        raise BadDocument(f"type must be personal or server: {fields['type']!a}")
    return HeldLicense(
        id=read.read_license_id(fields["id"], "id"),
        type=LicenseType(fields["type"]),
        seats=_seats(fields),
        starts=read.read_instant(fields, "starts"),
        due=read.read_instant(fields, "due"),
        customer=read.read_optional_text(fields, "customer"),
        instance=read.read_instance(fields, "instance"),
        version=read_version(fields, "version"),
        serial=read.read_integer(fields, "serial", 1),
        state=read.read_text(fields, "state", _STATE),
    )
