"""One record of the audit as others read it: the same fields wherever it goes."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from enum import Enum

LONGEST_FIELD = 1_000  # characters of a name or a message: what clients send may be anything


class Kind(Enum):
    """What has happened."""

    REFUSED = "refused"  # a statement
    OBSERVED = "observed"  # the same, had it not been for observe mode
    CHANGED = "changed"  # a license, a product or a seat
    LOGIN = "login"  # to one of the consoles
    COMMAND = "command"  # of an administrator
    RELOAD = "reload"  # of the configuration
    LOST = "lost"  # records, which could not be kept


class Outcome(Enum):
    """What became of something that somebody wanted."""

    DONE = "done"
    REFUSED = "refused"  # they may not
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One record. What does not apply is empty."""

    at: datetime
    kind: Kind
    outcome: Outcome | None = None
    id: str = ""  # of a change, in the store: the same wherever it is told
    user: str = ""  # whose licenses counted, or who acted
    role: str = ""  # that had logged in
    address: str = ""
    database: str = ""
    application_name: str = ""
    act: str = ""  # what was done: grant, revoke, upload, delete; a command; which console
    subject: str = ""  # to whom or to what
    product: str = ""
    schema: str = ""
    table: str = ""
    sqlstate: str = ""
    message: str = ""
    reason: str = ""
    rule: str = ""
    sql: str = ""


_TEXTS = tuple(
    field.name for field in fields(Entry) if field.name not in ("at", "kind", "outcome", "sql")
)


def told(entry: Entry) -> dict[str, str]:
    """Return what is known by name; what is empty is left out."""
    found = {
        "at": shown_time(entry.at),
        "kind": entry.kind.value,
        "outcome": entry.outcome.value if entry.outcome else "",
    }
    found |= {name: getattr(entry, name)[:LONGEST_FIELD] for name in _TEXTS}
    found["sql"] = entry.sql
    return {name: value for name, value in found.items() if value}


def shown_time(at: datetime) -> str:
    """Return a time as RFC 3339 has it, in UTC, always as long."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def as_json(entry: Entry, proxy: str) -> bytes:
    """Return a line of JSON in ASCII alone: nothing that somebody sent can end it or begin one."""
    known = told(entry)
    line = {"at": known.pop("at"), "kind": known.pop("kind"), "proxy": proxy, **known}
    return json.dumps(line).encode() + b"\n"
