"""`pgtoll license`: upload signed files, list what is held, delete licenses, ask for more."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pgtoll.cli import requesting
from pgtoll.cli.options import (
    ConfigOption,
    CustomerOption,
    JsonOption,
    ServerOption,
    StoreOption,
    TrustOption,
)
from pgtoll.cli.output import say
from pgtoll.counts import plural
from pgtoll.errors import ConfigError

# Each command loads the driver and the signatures itself: `pgtoll --help` needs neither.
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pgtoll.config import Config
    from pgtoll.store.archive import StoredDocument, UploadResult
    from pgtoll.store.store import Store
    from pgtoll_policy.documents import Document, License

SIGNED = (".product", ".lic", ".revocation")  # how signed files are called

app = typer.Typer(help="Upload, list, delete and request licenses.")
app.command("request")(requesting.request)


@app.command()
def upload(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...",
            help="Products, licenses, revocations; of a directory, all that are in it.",
        ),
    ],
    server: ServerOption = None,
    trust: TrustOption = None,
    customer: CustomerOption = None,
    store: StoreOption = None,
    config: ConfigOption = None,
) -> None:
    """Upload signed files, products first. When one is refused, none is stored.

    Example: pgtoll license upload marketing.product base.lic, or pgtoll license upload papers/
    """
    from pgtoll.cli.storing import with_store
    from pgtoll.config import load_config, read_limited
    from pgtoll_policy.envelope import MAX_FILE_BYTES

    options = {"server": server, "trust": trust, "customer": customer, "store": store}
    settings = load_config(options, file=config, needs=("server", "trust"))
    found = [one for path in files for one in (_signed_in(path) if path.is_dir() else [path])]
    if not found:
        say("no signed file there: nothing to upload")
        return
    contents = {path: read_limited(path, MAX_FILE_BYTES) for path in found}
    for line in with_store(settings, lambda store: _upload(store, settings, contents)):
        say(line)


def _signed_in(folder: Path) -> "list[Path]":
    """Return the signed files of a directory. Raises ConfigError when it cannot be read."""
    try:
        return sorted(one for one in folder.iterdir() if one.suffix in SIGNED and one.is_file())
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ConfigError(f"cannot read {folder}: {reason}") from error


async def _upload(store: "Store", config: "Config", contents: "Mapping[Path, bytes]") -> list[str]:
    """Store all files or none; return a line on each, and on each user who lost a seat."""
    from pgtoll.cli.storing import present

    results = await store.upload_all(
        {str(path): data for path, data in contents.items()},
        config.trust.keys(),
        config.customer,
        now=await present(store),
    )
    return [line for name, result in results.items() for line in _lines(name, result)]


def _lines(name: str, result: "UploadResult") -> "Iterator[str]":
    known = "" if result.changed else ", which was there already: nothing changed"
    yield f"{name}: {_described(result.document)}{known}"
    for seat in result.lost:
        yield f"{name}: {seat.user} lost the seat of product {seat.product}: {seat.reason}"


def _described(document: "Document") -> str:
    from pgtoll_policy.documents import License, Product, Revocation

    match document:
        case Product():
            return f"product {document.code}, serial {document.serial}"
        case License():
            seats = f" of {plural(document.seats, 'seat')}" if document.seats else ""
            kind = f"{document.type.value} license {document.id}{seats}"
            return f"{kind} for product {document.product}, {_days(document)}"
        case Revocation():
            return f"revocation of {', '.join(sorted(document.licenses))}"


def _days(license: "License") -> str:
    from pgtoll_policy.coverage import last_day

    return f"{license.starts:%Y-%m-%d} to {last_day(license.due)}"


@app.command("list")
def list_(
    server: ServerOption = None,
    trust: TrustOption = None,
    customer: CustomerOption = None,
    json_: JsonOption = False,
    store: StoreOption = None,
    config: ConfigOption = None,
) -> None:
    """List the licenses and what they come to; without --trust, what the files claim."""
    from pgtoll.cli.license_list import print_holdings, print_licenses_as_json, read_holdings
    from pgtoll.cli.storing import with_store
    from pgtoll.config import load_config

    options = {"server": server, "trust": trust, "customer": customer, "store": store}
    settings = load_config(options, file=config, needs=("server",))
    holdings = with_store(settings, lambda store: read_holdings(store, settings))
    if json_:
        print_licenses_as_json(holdings)
    else:
        print_holdings(holdings)


@app.command()
def delete(
    product: Annotated[
        str | None, typer.Option(metavar="CODE", help="The product whose licenses go.")
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="The licenses of all products go.")] = False,
    server: ServerOption = None,
    trust: TrustOption = None,
    store: StoreOption = None,
    config: ConfigOption = None,
) -> None:
    """Delete licenses: a product without any is in demo mode again."""
    from pgtoll.cli.storing import with_store
    from pgtoll.config import load_config

    if all_ == (product is not None):
        raise ConfigError("license delete: give either --product CODE or --all")
    options = {"server": server, "trust": trust, "store": store}
    settings = load_config(options, file=config, needs=("server",))
    deleted = with_store(settings, lambda store: _delete(store, product))
    for one in deleted:
        say(f"license {one.code} of product {one.product} deleted")
    if not deleted:
        say("no license was held")


async def _delete(store: "Store", product: str | None) -> "list[StoredDocument]":
    """Delete the licenses. Raises ConfigError for a product that nobody has ever named here."""
    from pgtoll_policy.documents import BASE

    known = {BASE} | {one.product for one in await store.documents()}
    if product is not None and product not in known:
        raise ConfigError(f"product {product} is not known here: see pgtoll license list")
    return await store.delete(product)
