"""`pgtoll vendor`: make keys; sign products, licenses and revocations."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pgtoll.cli.files import write_file
from pgtoll.cli.output import say
from pgtoll.errors import ConfigError

if TYPE_CHECKING:
    from pgtoll_policy.documents import Document, LicenseType, Operation

app = typer.Typer(help="Make keys; sign products, licenses and revocations.")

KeyOption = Annotated[
    Path, typer.Option("--key", metavar="KEY", help="The private key, from vendor keygen.")
]
OutOption = Annotated[Path, typer.Option("--out", metavar="FILE", help="The file to write.")]
SerialOption = Annotated[
    int | None,
    typer.Option(metavar="N", help="A newer serial replaces an older one. [from the time]"),
]


@app.command()
def keygen(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the two files go.")],
) -> None:
    """Make a key pair: DIR/vendor.key to sign with, DIR/vendor.pub for the customers."""
    from pgtoll_policy.issue import generate_key

    private, public = generate_key()
    _create_folder(out)
    key, pub = out / "vendor.key", out / "vendor.pub"
    if pub.exists():
        raise ConfigError(f"{pub} exists already: choose another directory or remove it")
    write_file(key, private, mode=0o600)
    write_file(pub, public)
    say(f"private key {key}: keep it secret, there is no other copy")
    say(f"public key  {pub}: give it to your customers")


def _create_folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(
            f"cannot create directory {path}: {(error.strerror or '').lower()}"
        ) from error


@app.command()
def product(
    code: Annotated[str, typer.Option(metavar="CODE", help="The product's code.")],
    title: Annotated[str, typer.Option(metavar="TITLE", help="Its name for people.")],
    key: KeyOption,
    out: OutOption,
    version: Annotated[
        str | None,
        typer.Option(metavar="V", help="Its version; licenses for an older one do not count."),
    ] = None,
    prefix: Annotated[
        str, typer.Option(metavar="PREFIX", help="Your prefix, such as Mrkt (base has none).")
    ] = "",
    objects: Annotated[
        list[str] | None,
        typer.Option("--object", metavar="NAME", help="A table, or a pattern such as Mrkt*."),
    ] = None,
    operations: Annotated[
        list[str] | None,
        typer.Option("--operation", metavar="CODE=NAME", help="A licensed operation."),
    ] = None,
    cap: Annotated[
        int | None, typer.Option(metavar="N", help="Rows in demo mode (only of base).")
    ] = None,
    exempt: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A table without that limit (only of base)."),
    ] = None,
    serial: SerialOption = None,
) -> None:
    """Sign a product: what its licenses will be for."""
    from pgtoll_policy.documents import BASE, Product

    signed = Product(
        code=code,
        title=title,
        version=version,
        prefix=prefix,
        objects=tuple(objects or (("*",) if code == BASE else ())),
        operations=tuple(_operation(each) for each in operations or ()),
        components=(),
        cap=cap,
        exempt=tuple(exempt or ()),
        serial=_serial() if serial is None else serial,
        issued=_now(),
    )
    _sign(signed, key, out)
    say(f"product {code} signed: {out}")


def _operation(text: str) -> "Operation":
    from pgtoll_policy.documents import Operation

    code, equals, name = text.partition("=")
    if not (code and equals and name):
        raise ConfigError(f"--operation: expected CODE=NAME, found {text!r}")
    return Operation(code, name)


def _types() -> list[str]:
    return ["personal", "server"]


@app.command()
def issue(
    product: Annotated[str, typer.Option(metavar="CODE", help="The product it is for.")],
    type_: Annotated[
        str,
        typer.Option(
            "--type",
            metavar="personal|server",
            autocompletion=_types,
            help="For named users, or for every user.",
        ),
    ],
    customer: Annotated[str, typer.Option(metavar="ID", help="The customer it is for.")],
    key: KeyOption,
    out: OutOption,
    seats: Annotated[
        int | None, typer.Option(metavar="N", help="How many users (personal only).")
    ] = None,
    days: Annotated[int, typer.Option(metavar="N", help="How long it lasts.")] = 365,
    starts: Annotated[
        str | None, typer.Option(metavar="DATE", help="Its first day, as 2026-01-31. [today]")
    ] = None,
    version: Annotated[
        str | None, typer.Option(metavar="V", help="The product version it is for.")
    ] = None,
    instance: Annotated[
        str | None,
        typer.Option(metavar="ID", help="The one instance it is good for: see license request."),
    ] = None,
    serial: Annotated[
        int,
        typer.Option(
            metavar="N",
            help="A newer serial replaces the older licenses of this product, type and customer; "
            "the same adds to them.",
        ),
    ] = 1,
) -> None:
    """Sign a license. Its id, which revoking it needs, is printed."""
    from pgtoll_policy.documents import License
    from pgtoll_policy.issue import new_license_id

    now = _now()
    first, due = _period(_date("--starts", starts) if starts else now.date(), days)
    signed = License(
        id=new_license_id(),
        product=product,
        type=_license_type(type_, seats),
        seats=seats,
        starts=first,
        due=due,
        customer=customer,
        instance=instance,
        version=version,
        serial=serial,
        issued=now,
    )
    _sign(signed, key, out)
    say(f"license {signed.id} for product {product} signed: {out}")


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


@app.command()
def revoke(
    licenses: Annotated[
        list[str], typer.Option("--license", metavar="ID", help="A license that counts no more.")
    ],
    key: KeyOption,
    out: OutOption,
    serial: SerialOption = None,
) -> None:
    """Sign a revocation: the complete list of licenses that no longer count."""
    from pgtoll_policy.documents import Revocation

    now = _now()
    signed = Revocation(
        licenses=frozenset(licenses),
        serial=_serial() if serial is None else serial,
        issued=now,
    )
    _sign(signed, key, out)
    say(f"revocation of {len(signed.licenses)} licenses signed: {out}")


def _serial() -> int:
    """Return a serial that is newer than those before it: the time in milliseconds."""
    return int(datetime.now(UTC).timestamp() * 1000)


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def _sign(document: "Document", key: Path, out: Path) -> None:
    """Write the signed file, or nothing at all when its readers would refuse it."""
    from pgtoll.config import KEY_LIMIT, read_limited
    from pgtoll_policy.errors import BadKey, LicenseError
    from pgtoll_policy.issue import parse_private_key, sign

    try:
        private = parse_private_key(read_limited(key, KEY_LIMIT))
        data = sign(document, private)
    except BadKey as error:
        raise ConfigError(f"--key: {key}: {error}: give a vendor.key of vendor keygen") from error
    except LicenseError as error:
        raise ConfigError(f"cannot sign: {error}") from error
    write_file(out, data, force=_is_signed(out))


def _is_signed(path: Path) -> bool:
    """Tell whether a file is one that may be signed anew; anything else is not ours to replace."""
    from pgtoll.config import read_limited
    from pgtoll_policy.envelope import MAX_FILE_BYTES, parse_envelope
    from pgtoll_policy.errors import BadEnvelope

    try:
        parse_envelope(read_limited(path, MAX_FILE_BYTES))
    except (ConfigError, BadEnvelope):
        return False
    return True
