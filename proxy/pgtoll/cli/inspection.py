"""`pgtoll inspect`: what a signed file says, and who signed it."""

from pathlib import Path
from typing import Annotated

import typer

from pgtoll.cli.options import ConfigOption, JsonOption, TrustOption
from pgtoll.cli.output import print_facts, print_json

TRUSTED = "good, by a trusted key"
UNCHECKED = "NOT CHECKED: give --trust and the vendor's public key"


def inspect(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A signed file.")],
    trust: TrustOption = None,
    json_: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Show what a signed file says; with a trusted key, only if that key has signed it."""
    # These load the library of signatures, which `pgtoll --help` needs not wait for.
    from pgtoll.config import load_config, read_limited
    from pgtoll_policy.documents import read_document
    from pgtoll_policy.envelope import MAX_FILE_BYTES, parse_envelope
    from pgtoll_policy.fields import read_fields

    keys = load_config({"trust": trust}, file=config).trust.keys()
    data = read_limited(file, MAX_FILE_BYTES)
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
