"""`pgtoll vendor issue`: licenses by hand, or all that a customer's request asks for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pgtoll.cli.output import say
from pgtoll.cli.signing import KeyOption, PassphraseOption, sign_to, this_second
from pgtoll.errors import ConfigError

# The command loads the signatures itself: `pgtoll --help` needs none.
if TYPE_CHECKING:
    from pgtoll_policy.documents import License, LicenseType
    from pgtoll_policy.request import Request, Want

ANY = "any"  # in place of an instance: the license is not bound


def _types() -> list[str]:
    return ["personal", "server"]


@dataclass(frozen=True, slots=True)
class Terms:
    """What all licenses of one call have in common."""

    customer: str
    instance: str | None
    version: str | None
    starts: datetime
    due: datetime
    issued: datetime


def issue(
    key: KeyOption,
    out: Annotated[
        Path,
        typer.Option("--out", metavar="FILE|DIR", help="The file; a directory for CODE.lic each."),
    ],
    product: Annotated[
        list[str] | None,
        typer.Option(metavar="CODE", help="The product it is for; of a request, only these."),
    ] = None,
    type_: Annotated[
        str | None,
        typer.Option(
            "--type",
            metavar="personal|server",
            autocompletion=_types,
            help="For named users, or for every user.",
        ),
    ] = None,
    customer: Annotated[
        str | None, typer.Option(metavar="ID", help="The customer it is for.")
    ] = None,
    request: Annotated[
        Path | None,
        typer.Option(metavar="FILE.tlr", help="A customer's request: what to issue, and for whom."),
    ] = None,
    seats: Annotated[
        int | None, typer.Option(metavar="N", help="How many users (personal only).")
    ] = None,
    days: Annotated[int, typer.Option(metavar="N", help="How long it lasts.")] = 365,
    starts: Annotated[
        str | None, typer.Option(metavar="DATE", help="Its first day, as 2026-01-31. (today)")
    ] = None,
    version: Annotated[
        str | None,
        typer.Option(metavar="V", help="The product version it is for. (any, or the request's)"),
    ] = None,
    instance: Annotated[
        str | None,
        typer.Option(
            metavar="ID|any", help="The one instance it is good for. (any, or the request's)"
        ),
    ] = None,
    serial: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            help="A newer serial replaces the older licenses of this product, type and customer; "
            "the same adds to them. (1, or newer than what the request says is held)",
        ),
    ] = None,
    passphrase_file: PassphraseOption = None,
) -> None:
    """Sign licenses. Their ids, which revoking them needs, are printed."""
    now = this_second()
    asked = _read(request) if request else None
    first, due = _period(_date("--starts", starts) if starts else now.date(), days)
    terms = Terms(
        customer=_customer(customer, asked),
        instance=_instance(instance, asked),
        version=version or (asked.version if asked else None),
        starts=first,
        due=due,
        issued=now,
    )
    if asked is None:
        wants = [_by_hand(product, type_, seats)]
        serials = [1 if serial is None else serial]
    else:
        wants = _chosen(asked, product, type_, seats)
        serials = [asked.serial_after(want) if serial is None else serial for want in wants]
    licenses = [_license(want, number, terms) for want, number in zip(wants, serials, strict=True)]
    paths = _paths(out, licenses)
    files = dict(zip(paths, licenses, strict=True))
    sign_to(files, key, passphrase_file, again=paths == [out])
    for path, license in files.items():
        say(f"license {license.id} for product {license.product} signed: {path}")
        for note in _notes(license, asked):
            say(note)


def _license(want: "Want", serial: int, terms: Terms) -> "License":
    from pgtoll_policy.documents import License
    from pgtoll_policy.issue import new_license_id

    return License(
        id=new_license_id(),
        product=want.product,
        type=want.type,
        seats=want.seats,
        starts=terms.starts,
        due=terms.due,
        customer=terms.customer,
        instance=terms.instance,
        version=terms.version,
        serial=serial,
        issued=terms.issued,
    )


# By hand


def _by_hand(products: list[str] | None, type_: str | None, seats: int | None) -> "Want":
    from pgtoll_policy.request import Want

    _need("--product", products)
    _need("--type", type_)
    if products is None or len(products) != 1:
        raise ConfigError("--product: without a request, a license is for one product")
    _license_type(type_ or "", seats)
    return Want(products[0], seats)


def _need(option: str, value: object) -> None:
    if value is None or value == []:
        raise ConfigError(
            f"missing option {option}: give it, or --request FILE.tlr "
            "(see pgtoll vendor issue --help)"
        )


def _license_type(text: str, seats: int | None) -> "LicenseType":
    from pgtoll_policy.documents import LicenseType

    if text not in _types():
        raise ConfigError(f"--type: expected personal or server, found {text!r}")
    chosen = LicenseType(text)
    if chosen is LicenseType.PERSONAL and (seats is None or seats < 1):
        raise ConfigError("--seats: a personal license needs a number of seats of at least 1")
    if chosen is LicenseType.SERVER and seats is not None:
        raise ConfigError("--seats: a server license is for every user: leave the option out")
    return chosen


def _date(option: str, text: str) -> date:
    """Read YYYY-MM-DD, and no other form that Python would take."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        raise ConfigError(f"{option}: expected a date as 2026-01-31, found {text!r}")
    return day


def _period(first: date, days: int) -> tuple[datetime, datetime]:
    from pgtoll_policy.errors import BadDocument
    from pgtoll_policy.issue import period

    try:
        return period(first, days)
    except BadDocument as error:
        raise ConfigError(f"--days: {error}") from error


# By request


def _read(path: Path) -> "Request":
    from pgtoll.config import read_limited
    from pgtoll_policy.errors import BadDocument
    from pgtoll_policy.request import MAX_REQUEST_BYTES, parse_request

    try:
        return parse_request(read_limited(path, MAX_REQUEST_BYTES))
    except BadDocument as error:
        raise ConfigError(f"--request: {path}: {error}") from error


def _customer(given: str | None, asked: "Request | None") -> str:
    if asked is None:
        _need("--customer", given)
        return given or ""
    if given not in (None, asked.customer):
        raise ConfigError(f"--customer: the request is of customer {asked.customer!r}")
    return asked.customer


def _instance(given: str | None, asked: "Request | None") -> str | None:
    if given is None:
        return asked.instance if asked else None
    return None if given == ANY else given


def _chosen(
    asked: "Request", products: list[str] | None, type_: str | None, seats: int | None
) -> "list[Want]":
    """Return what is wanted of a request, all of it or some products."""
    for option, value in (("--type", type_), ("--seats", seats)):
        if value is not None:
            raise ConfigError(f"{option}: the request says that: leave the option out")
    wanted = {want.product: want for want in asked.wants}
    for code in products or ():
        if code not in wanted:
            raise ConfigError(f"--product: the request is for {', '.join(wanted)}, not for {code}")
    return [want for want in asked.wants if not products or want.product in products]


def _paths(out: Path, licenses: "Sequence[License]") -> list[Path]:
    """Return a place for each license. Raises ConfigError when several would share one."""
    if len(licenses) == 1 and not out.is_dir():
        return [out]
    if len(licenses) > 1 and out.suffix == ".lic":
        raise ConfigError(f"--out: {len(licenses)} licenses need a directory, found {out}")
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"cannot create directory {out}: {error.strerror or error}") from error
    return [out / f"{license.product}.lic" for license in licenses]


def _notes(license: "License", asked: "Request | None") -> list[str]:
    """Return what the vendor should know of the answer to a request."""
    held = [
        one
        for product in (asked.products if asked else ())
        if product.product == license.product
        for one in product.licenses
    ]
    return [
        f"the customer's {one.type.value} license {one.id} until {one.due:%Y-%m-%d} collides with "
        "it: it has to be deleted first"
        for one in held
        if one.type is not license.type and one.due > license.starts and one.state == "in force"
    ]
