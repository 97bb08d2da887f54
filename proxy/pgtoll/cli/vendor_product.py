"""`pgtoll vendor product`: the index of a product's elements, by hand or from what there is."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pgtoll.cli.options import JsonOption
from pgtoll.cli.output import print_json, print_table, say
from pgtoll.cli.signing import PassphraseOption, SerialOption, new_serial, sign_to, this_second
from pgtoll.counts import plural
from pgtoll.errors import ConfigError

# The command loads the driver and the signatures itself: `pgtoll --help` needs neither.
if TYPE_CHECKING:
    from pgtoll.catalog.custom_tables import CustomTable, CustomTables
    from pgtoll_policy.documents import Component, Operation, Product


def product(
    code: Annotated[str, typer.Option(metavar="CODE", help="The product's code.")],
    title: Annotated[str, typer.Option(metavar="TITLE", help="Its name for people.")],
    key: Annotated[
        Path | None,
        typer.Option("--key", metavar="KEY", help="The private key, from vendor keygen."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="The file to write.")
    ] = None,
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
    descriptors: Annotated[
        list[Path] | None,
        typer.Option(
            "--descriptor", metavar="FILE", help="A package's descriptor.json: its components."
        ),
    ] = None,
    from_dsn: Annotated[
        str | None,
        typer.Option("--from-dsn", metavar="DSN", help="A database: its tables of your prefix."),
    ] = None,
    cap: Annotated[
        int | None, typer.Option(metavar="N", help="Rows in demo mode (only of base).")
    ] = None,
    exempt: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A table without that limit (only of base)."),
    ] = None,
    serial: SerialOption = None,
    review: Annotated[
        bool, typer.Option("--review", help="Show what would be signed, and sign nothing.")
    ] = False,
    json_: JsonOption = False,
    passphrase_file: PassphraseOption = None,
) -> None:
    """Sign a product: what its licenses will be for. Shows what was found, for review."""
    from pgtoll_policy.documents import BASE, Product

    found = _found(from_dsn, code, prefix)
    made = Product(
        code=code,
        title=title,
        version=version,
        prefix=prefix,
        objects=_objects(objects or (["*"] if code == BASE else []), found),
        operations=tuple(_operation(each) for each in operations or ()),
        components=_components(descriptors or ()),
        cap=cap,
        exempt=tuple(exempt or ()),
        serial=new_serial() if serial is None else serial,
        issued=this_second(),
    )
    if not review:
        _sign(made, key, out, passphrase_file)
    elif fault := _fault(made):
        raise ConfigError(f"cannot sign: {fault}")
    if json_:
        _print_as_json(made, found)
    else:
        _print(made, found)
        say(f"product {code} {'not signed: --review' if review else f'signed: {out}'}")


def _sign(made: "Product", key: Path | None, out: Path | None, passphrase: Path | None) -> None:
    for option, value in (("--key", key), ("--out", out)):
        if value is None:
            raise ConfigError(
                f"missing option {option}: give it, or --review (see pgtoll vendor product --help)"
            )
    if key is not None and out is not None:
        sign_to({out: made}, key, passphrase)


def _fault(made: "Product") -> str:
    """Return why no reader would take a product, "" when all would."""
    from pgtoll_policy.documents import parse_document, payload_type_of, render_document
    from pgtoll_policy.errors import LicenseError
    from pgtoll_policy.keys import Verified

    try:
        parse_document(Verified(payload_type_of(made), render_document(made), ""))
    except LicenseError as error:
        return str(error)
    return ""


# Where the elements come from


def _found(dsn: str | None, code: str, prefix: str) -> "CustomTables":
    from pgtoll.catalog.custom_tables import CustomTables, find_tables
    from pgtoll_policy.documents import BASE
    from pgtoll_policy.errors import BadDocument
    from pgtoll_policy.objects import check_prefix

    if dsn is None:
        return CustomTables((), ())
    if code == BASE:
        raise ConfigError("--from-dsn: base owns what no other product names: leave it out")
    try:
        check_prefix(prefix)
    except BadDocument as error:
        raise ConfigError(f"--prefix: {error}") from error
    tables = find_tables(dsn, prefix)
    if not tables.tables:
        raise ConfigError(f"--from-dsn: no table there has a name that starts with {prefix}")
    return tables


def _objects(given: Iterable[str], found: "CustomTables") -> tuple[str, ...]:
    """Return the index: what was given, then what was found and not given already."""
    from pgtoll_policy.objects import fold

    given = tuple(given)
    known = {fold(text) for text in given}
    return given + tuple(one.object for one in found.tables if fold(one.object) not in known)


def _operation(text: str) -> "Operation":
    from pgtoll_policy.documents import Operation

    code, equals, name = text.partition("=")
    if not (code and equals and name):
        raise ConfigError(f"--operation: expected CODE=NAME, found {text!r}")
    return Operation(code, name)


def _components(descriptors: Iterable[Path]) -> "tuple[Component, ...]":
    """Return the components of all packages; the same one may stand in several."""
    from pgtoll.config import read_limited
    from pgtoll_policy.descriptor import MAX_DESCRIPTOR_BYTES, read_descriptor
    from pgtoll_policy.errors import BadDocument

    components: dict[Component, None] = {}
    for path in descriptors:
        try:
            read = read_descriptor(read_limited(path, MAX_DESCRIPTOR_BYTES)).components
        except BadDocument as error:
            raise ConfigError(f"--descriptor: {path}: {error}") from error
        if not read:
            raise ConfigError(f"--descriptor: {path} has no LicOperations: leave it out")
        components |= dict.fromkeys(read)
    return tuple(components)


# What is shown


def _print(made: "Product", found: "CustomTables") -> None:
    if found.tables:
        print_table(["TABLE", "KIND", "SCHEMAS"], map(_row, found.tables))
    if made.operations or made.components:
        rows = [("operation", one.code, one.name) for one in made.operations]
        rows += [("component", one.code, one.name) for one in made.components]
        print_table(["ELEMENT", "CODE", "NAME"], rows)
    if found.views:
        say(f"left out, judged by the tables they read: {', '.join(found.views)}")
    parts = {"object": made.objects, "operation": made.operations, "component": made.components}
    say(", ".join(plural(len(found), one) for one, found in parts.items()))


def _row(table: "CustomTable") -> tuple[str, str, str]:
    return table.object, table.kind, ", ".join(table.schemas)


def _print_as_json(made: "Product", found: "CustomTables") -> None:
    import json
    from dataclasses import asdict

    from pgtoll_policy.documents import render_document

    tables = [asdict(table) for table in found.tables]
    print_json(json.loads(render_document(made)) | {"tables": tables, "views": list(found.views)})
