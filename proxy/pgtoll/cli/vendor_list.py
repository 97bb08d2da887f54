"""`pgtoll vendor list`: what a key has signed, as its files tell.

The files are the record: what is signed is kept, in any folders, and a book beside them could only
disagree. Whatever another key has signed, or nobody, is counted and not listed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pgtoll.cli.options import JsonOption
from pgtoll.cli.output import print_json, print_table, say
from pgtoll.cli.signing import PassphraseOption, load_key, this_second
from pgtoll.errors import ConfigError

# The command loads the signatures itself: `pgtoll --help` needs none.
if TYPE_CHECKING:
    from pgtoll_policy.documents import Document, License, Product
    from pgtoll_policy.keys import TrustedKeys


_COLUMNS = (
    *("ISSUED", "KIND", "PRODUCT", "TYPE", "SEATS", "CUSTOMER", "VERSION", "TO", "SERIAL"),
    *("ID", "STATE", "FILE"),
)


@dataclass(frozen=True, slots=True)
class SignedFile:
    """A file that one of the keys has signed."""

    file: str
    kind: str
    product: str | None
    id: str | None  # of a license
    type: str | None
    seats: int | None
    customer: str | None
    instance: str | None
    version: str | None
    starts: str | None
    due: str | None
    revokes: list[str] | None  # of a revocation: ids of licenses
    serial: int
    issued: str
    key_id: str
    state: str | None  # of a license: whether it may still be used, as far as these files say


def list_(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="Signed files, or folders of them.")
    ],
    key: Annotated[
        Path | None, typer.Option(metavar="KEY", help="What this private key has signed.")
    ] = None,
    pub: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="What this public key has signed; may be repeated."),
    ] = None,
    json_: JsonOption = False,
    passphrase_file: PassphraseOption = None,
) -> None:
    """List what a key has signed, the oldest first; other files are only counted."""
    keys = _keys(key, pub or [], passphrase_file)
    files = [file for path in paths for file in _files(path)]
    read = {file: _document(file, keys) for file in dict.fromkeys(files)}
    lines = _lines({file: one for file, one in read.items() if one is not None})
    if json_:
        print_json([asdict(line) for line in lines])
        return
    if lines:
        print_table(_COLUMNS, map(_row, lines))
    others = len(read) - len(lines)
    say(f"{len(lines)} signed files" + (f", {others} that the key has not signed" * bool(others)))


def _keys(key: Path | None, pub: list[Path], passphrase_file: Path | None) -> "TrustedKeys":
    from pgtoll.config import KEY_LIMIT, read_limited
    from pgtoll_policy.errors import BadKey
    from pgtoll_policy.keys import PublicKey, parse_public_key, trusted

    if (key is None) == (not pub):
        raise ConfigError("vendor list: give either --key KEY or --pub FILE")
    if key is not None:
        private = load_key(key, passphrase_file)
        return trusted([PublicKey(private.key_id, private.key.public_key())])
    keys: list[PublicKey] = []
    for path in pub:
        try:
            keys.append(parse_public_key(read_limited(path, KEY_LIMIT)))
        except BadKey as error:
            raise ConfigError(f"--pub: {path}: {error}") from error
    return trusted(keys)


def _files(path: Path) -> Iterator[Path]:
    """Yield a file, or all in a folder and below, but those that hide."""
    if not path.is_dir():
        yield path
        return
    for file in sorted(path.rglob("*")):
        if file.is_file() and not file.name.startswith("."):
            yield file


def _document(file: Path, keys: "TrustedKeys") -> "Document | None":
    """Return what a file says, None when none of the keys has signed it."""
    from pgtoll_policy.documents import read_document
    from pgtoll_policy.envelope import MAX_FILE_BYTES
    from pgtoll_policy.errors import LicenseError

    try:
        with file.open("rb") as opened:
            data = opened.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise ConfigError(f"cannot read {file}: {(error.strerror or '').lower()}") from error
    try:
        return read_document(data, keys)
    except LicenseError:
        return None


def _lines(documents: "dict[Path, Document]") -> list[SignedFile]:
    from pgtoll_policy.admission import latest, revoked_licenses
    from pgtoll_policy.documents import License

    revoked, (_, newest) = revoked_licenses(documents.values()), latest(documents.values())
    states = {
        one.id: _state(one, revoked, newer=one.id not in newest)
        for one in documents.values()
        if isinstance(one, License)
    }
    lines = [_line(file, document, states) for file, document in documents.items()]
    return sorted(lines, key=lambda line: (line.issued, line.serial, line.file))


def _state(license: "License", revoked: frozenset[str], *, newer: bool) -> str:
    from pgtoll_policy.coverage import Place, fault_of

    fault = fault_of(license, this_second(), Place(revoked, instance=license.instance))
    if fault is None and newer:
        return "a newer serial is signed"
    return fault.reason if fault else "good"


def _line(file: Path, document: "Document", states: Mapping[str, str]) -> SignedFile:
    from pgtoll_policy.documents import License, Revocation
    from pgtoll_policy.fields import instant_text

    license = document if isinstance(document, License) else None
    product = None if isinstance(document, Revocation) else _product(document)
    return SignedFile(
        file=str(file),
        kind=type(document).__name__.lower(),
        product=product,
        id=license.id if license else None,
        type=license.type.value if license else None,
        seats=license.seats if license else None,
        customer=license.customer if license else None,
        instance=license.instance if license else None,
        version=None if isinstance(document, Revocation) else document.version,
        starts=instant_text(license.starts) if license else None,
        due=instant_text(license.due) if license else None,
        revokes=sorted(document.licenses) if isinstance(document, Revocation) else None,
        serial=document.serial,
        issued=instant_text(document.issued),
        key_id=document.key_id,
        state=states[license.id] if license else None,
    )


def _product(document: "Product | License") -> str:
    from pgtoll_policy.documents import License

    return document.product if isinstance(document, License) else document.code


def _row(line: SignedFile) -> tuple[object, ...]:
    from pgtoll_policy.coverage import last_day

    to = line.due and last_day(datetime.fromisoformat(line.due))
    what = (line.issued[:10], line.kind, line.product, line.type, line.seats, line.customer)
    ids = line.id or (", ".join(line.revokes) if line.revokes else None)
    return (*what, line.version, to, line.serial, ids, line.state, line.file)
