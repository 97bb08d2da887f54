"""What all of the vendor's commands that sign have in common: the key, the time, the files."""

import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pgtoll.cli.files import write_files
from pgtoll.errors import ConfigError

# Loaded when a command signs: `pgtoll --help` needs no signatures.
if TYPE_CHECKING:
    from pgtoll_policy.documents import Document
    from pgtoll_policy.issue import PrivateKey

KeyOption = Annotated[
    Path, typer.Option("--key", metavar="KEY", help="The private key, from vendor keygen.")
]
OutOption = Annotated[Path, typer.Option("--out", metavar="FILE", help="The file to write.")]
SerialOption = Annotated[
    int | None,
    typer.Option(metavar="N", help="A newer serial replaces an older one. (from the time)"),
]
PassphraseOption = Annotated[
    Path | None,
    typer.Option(
        "--passphrase-file",
        metavar="FILE",
        help="Where the key's passphrase stands. (PGTOLL_PASSPHRASE, or it is asked for)",
    ),
]


def new_serial() -> int:
    """Return a serial that is newer than those before it: the time in milliseconds."""
    return int(datetime.now(UTC).timestamp() * 1000)


def this_second() -> datetime:
    """Return the time of issue: files have whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)


def sign_to(
    documents: "Mapping[Path, Document]",
    key: Path,
    passphrase_file: Path | None,
    *,
    again: bool = True,
) -> None:
    """Write the signed files, or none at all when a reader would refuse one or it has no place.

    A signed file may be written over if `again`; anything else is not ours to replace.
    """
    from pgtoll_policy.errors import LicenseError
    from pgtoll_policy.issue import sign

    private = load_key(key, passphrase_file)
    try:
        files = {path: sign(document, private) for path, document in documents.items()}
    except LicenseError as error:
        raise ConfigError(f"cannot sign: {error}") from error
    write_files(files, replacing=[path for path in files if again and _is_signed(path)])


def load_key(key: Path, passphrase_file: Path | None) -> "PrivateKey":
    """Return the private key of a file. Raises ConfigError."""
    from pgtoll.config import KEY_LIMIT, read_limited
    from pgtoll_policy.errors import BadKey
    from pgtoll_policy.issue import is_protected, parse_private_key

    data = read_limited(key, KEY_LIMIT)
    try:
        passphrase = _passphrase(key, passphrase_file) if is_protected(data) else ""
        return parse_private_key(data, passphrase)
    except BadKey as error:
        raise ConfigError(f"--key: {key}: {error}: give a vendor.key of vendor keygen") from error


def _passphrase(key: Path, file: Path | None) -> str:
    """Return what opens a key: from a file, the environment, or whoever sits at the terminal."""
    from pgtoll.config import read_passphrase

    given = read_passphrase(file)
    if given is None and sys.stdin.isatty():
        given = str(typer.prompt(f"Passphrase of {key}", hide_input=True, err=True))
    if given is None:
        raise ConfigError(
            f"--key: {key} is protected by a passphrase: give --passphrase-file or "
            "PGTOLL_PASSPHRASE"
        )
    return given


def _is_signed(path: Path) -> bool:
    from pgtoll.config import read_limited
    from pgtoll_policy.envelope import MAX_FILE_BYTES, parse_envelope
    from pgtoll_policy.errors import BadEnvelope

    try:
        parse_envelope(read_limited(path, MAX_FILE_BYTES))
    except (ConfigError, BadEnvelope):
        return False
    return True
