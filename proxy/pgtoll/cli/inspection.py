"""`pgtoll inspect`: what a signed file says, a request asks for, an export or a recording holds,
and who signed it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pgtoll.cli.options import ConfigOption, JsonOption, TrustOption
from pgtoll.cli.output import print_facts, print_json, print_table, say

if TYPE_CHECKING:
    from pgtoll_policy.keys import TrustedKeys
    from pgtoll_policy.request import Request

TRUSTED = "good, by a trusted key"
UNCHECKED = "NOT CHECKED: give --trust and the vendor's public key"


def inspect(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="A signed file, a request, an export or a recording."),
    ],
    trust: TrustOption = None,
    json_: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Show what a file says; with a trusted key, only if that key has signed it."""
    # These load the library of signatures, which `pgtoll --help` needs not wait for.
    from pgtoll.cli.recorded import inspect_recording, is_recording
    from pgtoll.config import load_config, read_limited
    from pgtoll_policy.documents import read_document
    from pgtoll_policy.envelope import MAX_FILE_BYTES, parse_envelope
    from pgtoll_policy.fields import read_fields
    from pgtoll_policy.request import is_request

    if is_recording(file):
        inspect_recording(file, json_=json_)
        return
    keys = load_config({"trust": trust}, file=config).trust.keys()
    if _is_export(file):
        _inspect_export(file, keys, json_=json_)
        return
    data = read_limited(file, MAX_FILE_BYTES)
    if is_request(data):
        _inspect_request(file, data, json_=json_)
        return
    envelope = parse_envelope(data)
    if keys:
        read_document(data, keys)
    kind = envelope.payload_type.rpartition(".")[2].removesuffix("+json")
    fields = {"kind": kind, **read_fields(envelope.payload)}
    if json_:
        print_json(fields | {"key_id": envelope.key_id, "verified": bool(keys)})
    else:
        facts = {name: _readable(name, value) for name, value in fields.items()}
        signature = TRUSTED if keys else UNCHECKED
        print_facts(facts | {"signed by": f"key {envelope.key_id}", "signature": signature})


def _is_export(file: Path) -> bool:
    from pgtoll.backup.form import BEGINNING, is_export

    try:
        if not file.is_file():  # a pipe can be read once
            return False
        with file.open("rb") as opened:
            return is_export(opened.read(len(BEGINNING)))
    except (OSError, ValueError):
        return False  # whoever reads it says why


def _inspect_export(file: Path, keys: "TrustedKeys", *, json_: bool) -> None:
    from pgtoll.cli.contents_list import print_contents, print_contents_as_json
    from pgtoll.cli.importing import read_export

    contents, digest = read_export(file)
    if json_:
        print_contents_as_json(contents, digest, keys)
    else:
        print_contents(contents, digest, keys)


def _inspect_request(file: Path, data: bytes, *, json_: bool) -> None:
    """Show a request. Raises BadDocument, which names the file."""
    from pgtoll_policy.errors import BadDocument
    from pgtoll_policy.fields import read_fields
    from pgtoll_policy.request import parse_request

    try:
        request = parse_request(data)
    except BadDocument as error:
        raise BadDocument(f"{file}: not a sound request: {error}") from error
    if json_:
        print_json({"kind": "request", **read_fields(data)})
    else:
        _print_request(request)


def _print_request(request: "Request") -> None:
    print_facts(
        {
            "kind": "request",
            "customer": request.customer,
            "version": request.version or "any",
            "instance": request.instance or "not known",
            "created": f"{request.created:%Y-%m-%d %H:%M:%S} UTC",
            "signature": "requests are not signed: what it says proves nothing",
        }
    )
    say("")
    wanted = [(want.product, want.type.value, want.seats) for want in request.wants]
    print_table(["WANTED", "TYPE", "SEATS IN ALL"], wanted)
    if request.products:
        say("")
        print_table(["IN USE", "VERSION", "TAKEN", "BOUGHT", "STATE"], _in_use(request))
    if licenses := _held(request):
        say("")
        print_table(["LICENSE", "PRODUCT", "TYPE", "SEATS", "TO", "SERIAL", "STATE"], licenses)


def _in_use(request: "Request") -> list[tuple[object, ...]]:
    return [
        (one.product, one.version, one.taken, one.bought, one.state) for one in request.products
    ]


def _held(request: "Request") -> list[tuple[object, ...]]:
    from pgtoll_policy.coverage import last_day

    rows: list[tuple[object, ...]] = []
    for product in request.products:
        for one in product.licenses:
            what = (one.id, product.product, one.type.value, one.seats)
            rows.append((*what, last_day(one.due), one.serial, one.state))
    return rows


def _readable(name: str, value: object) -> object:
    """Return a list as one text, an element as its code and name; nothing for an empty list."""
    match name, value:
        case _, []:
            return None
        case _, list(items):
            return ", ".join(str(_readable(name, item)) for item in items)
        case _, {"code": code, "name": title}:
            return f"{code} ({title})"
        case "due", str(text):
            return f"{text} (last day {_last_day(text)})"
    return value


def _last_day(due: str) -> str:
    """Return the day before a midnight: that one still counts."""
    from datetime import datetime

    from pgtoll_policy.coverage import last_day

    try:
        return last_day(datetime.fromisoformat(due))
    except (ValueError, OverflowError):
        return "unknown"
