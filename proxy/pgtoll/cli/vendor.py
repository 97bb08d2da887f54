"""`pgtoll vendor`: make keys; sign products, licenses and revocations."""

from pathlib import Path
from typing import Annotated

import typer

from pgtoll.cli import vendor_issue, vendor_list, vendor_product
from pgtoll.cli.files import write_file
from pgtoll.cli.output import say
from pgtoll.cli.signing import (
    KeyOption,
    OutOption,
    PassphraseOption,
    SerialOption,
    new_serial,
    sign_to,
    this_second,
)
from pgtoll.counts import plural
from pgtoll.errors import ConfigError

app = typer.Typer(help="Make keys; sign products, licenses and revocations.")


@app.command()
def keygen(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the two files go.")],
    passphrase: Annotated[
        bool, typer.Option("--passphrase", help="Ask for a passphrase that protects the key.")
    ] = False,
    passphrase_file: Annotated[
        Path | None,
        typer.Option(
            "--passphrase-file",
            metavar="FILE",
            help="Protect the key by the passphrase in this file. (PGTOLL_PASSPHRASE)",
        ),
    ] = None,
) -> None:
    """Make a key pair: DIR/vendor.key to sign with, DIR/vendor.pub for the customers."""
    from pgtoll_policy.errors import BadKey
    from pgtoll_policy.issue import generate_key

    secret = _new_passphrase(passphrase, passphrase_file)
    try:
        private, public = generate_key(secret)
    except BadKey as error:
        raise ConfigError(f"cannot make the key: {error}") from error
    _create_folder(out)
    key, pub = out / "vendor.key", out / "vendor.pub"
    if pub.exists():
        raise ConfigError(f"{pub} exists already: choose another directory or remove it")
    write_file(key, private, mode=0o600)
    write_file(pub, public)
    guard = "protected by its passphrase" if secret else "not protected by a passphrase"
    say(f"private key {key}: keep it secret, there is no other copy; {guard}")
    say(f"public key  {pub}: give it to your customers")


def _new_passphrase(asked: bool, file: Path | None) -> str:
    """Return the passphrase for a new key, "" for none."""
    from pgtoll.config import read_passphrase

    if asked and file is not None:
        raise ConfigError("keygen: give either --passphrase or --passphrase-file")
    if asked:
        prompt = "Passphrase of the new key"
        return str(typer.prompt(prompt, hide_input=True, confirmation_prompt=True, err=True))
    return read_passphrase(file) or ""


def _create_folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(
            f"cannot create directory {path}: {(error.strerror or '').lower()}"
        ) from error


app.command("product")(vendor_product.product)
app.command("issue")(vendor_issue.issue)
app.command("list")(vendor_list.list_)


@app.command()
def revoke(
    licenses: Annotated[
        list[str], typer.Option("--license", metavar="ID", help="A license that counts no more.")
    ],
    key: KeyOption,
    out: OutOption,
    serial: SerialOption = None,
    passphrase_file: PassphraseOption = None,
) -> None:
    """Sign a revocation: the complete list of licenses that no longer count."""
    from pgtoll_policy.documents import Revocation

    signed = Revocation(
        licenses=frozenset(licenses),
        serial=new_serial() if serial is None else serial,
        issued=this_second(),
    )
    sign_to({out: signed}, key, passphrase_file)
    say(f"revocation of {plural(len(signed.licenses), 'license')} signed: {out}")
