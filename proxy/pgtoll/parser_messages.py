"""What a proxy and its parser processes say to each other.

A script comes back as one line of JSON, plain values only: a process that hostile text has taken
over can then say false things of that text, but run nothing in the proxy.
"""

import json
import struct
from dataclasses import MISSING, fields

from pgtoll_policy.facts import NO_NAMES, Act, Name, Script, Statement

REQUEST = struct.Struct("!BI")  # what the text is, length of the text that follows
# What a text may be besides 0 or 1: statements, read with standard_conforming_strings off or on.
BODIES = {2: "sql", 3: "plpgsql", 4: "aggregate"}
READY = b"ready\n"

_Plain = str | int | bool | list[str] | list[list[str]] | list[dict[str, "_Plain"]] | None

_DEFAULTS = {field.name: field.default for field in fields(Statement)}


def encode(script: Script) -> bytes:
    """Return a script as one line, without what has its default."""
    statements = [_plain(statement) for statement in script.statements]
    line = [statements, script.refusal, script.rejected, script.shapeable]
    return json.dumps(line, separators=(",", ":")).encode() + b"\n"


def decode(line: bytes) -> Script:
    """Return the script in a line. Raises ValueError for whatever encode() would not write."""
    try:
        statements, refusal, rejected, shapeable = json.loads(line)
        return Script(
            tuple(_statement(plain) for plain in statements),
            refusal=_text(refusal),
            rejected=_flag(rejected),
            shapeable=_flag(shapeable),
        )
    except (TypeError, KeyError, AttributeError, RecursionError) as exc:
        raise ValueError(f"not a script ({type(exc).__name__})") from exc


def _plain(statement: Statement) -> dict[str, _Plain]:
    values = ((name, default, getattr(statement, name)) for name, default in _DEFAULTS.items())
    return {
        name: _plain_value(value)
        for name, default, value in values
        if default is MISSING or value != default
    }


def _plain_value(value: object) -> _Plain:
    match value:
        case Act():
            return value.value
        case tuple() if statements := [item for item in value if isinstance(item, Statement)]:
            return [_plain(one) for one in statements]
        case frozenset() | tuple():
            names = [[item.schema, item.name] for item in value if isinstance(item, Name)]
            return names or [str(item) for item in value]
        case str() | int() | None:
            return value
    raise TypeError(type(value).__name__)


def _statement(plain: dict[str, object]) -> Statement:
    act = plain.get("act")
    return Statement(
        verb=_text(plain["verb"]),
        start=_number(plain["start"]),
        end=_number(plain["end"]),
        reads=_names(plain.get("reads")),
        writes=_names(plain.get("writes")),
        inserts=_names(plain.get("inserts")),
        updates=_names(plain.get("updates")),
        deletes=_names(plain.get("deletes")),
        truncates=_names(plain.get("truncates")),
        empties=_names(plain.get("empties")),
        functions=_names(plain.get("functions")),
        told_sequences=_names(plain.get("told_sequences")),
        operators=frozenset(_words(plain.get("operators"))),
        types=_names(plain.get("types")),
        columns=frozenset(_words(plain.get("columns"))),
        others=_names(plain.get("others")),
        only=_names(plain.get("only")),
        discreet=frozenset(_words(plain.get("discreet"))),
        opaque=_text(plain.get("opaque", "")),
        unwatchable=_text(plain.get("unwatchable", "")),
        ddl=_flag(plain.get("ddl", False)),
        keeps=_flag(plain.get("keeps", False)),
        makes=_names(plain.get("makes")),
        act=None if act is None else Act(act),
        chains=_flag(plain.get("chains", False)),
        settings=tuple(_words(plain.get("settings"))),
        names_user=_maybe_text(plain.get("names_user")),
        local=_flag(plain.get("local", False)),
        probes=_flag(plain.get("probes", False)),
        copies_in=_flag(plain.get("copies_in", False)),
        holds=_flag(plain.get("holds", False)),
        may_commit=_flag(plain.get("may_commit", False)),
        prepares=_maybe_text(plain.get("prepares")),
        executes=_maybe_text(plain.get("executes")),
        bare=_flag(plain.get("bare", False)),
        elsewhere=_flag(plain.get("elsewhere", False)),
        block=_text(plain.get("block", "")),
        language=_text(plain.get("language", "")),
        defines=_statements(plain.get("defines", [])),
        undefined=_text(plain.get("undefined", "")),
        body=_statements(plain.get("body", [])),
    )


def _statements(value: object) -> tuple[Statement, ...]:
    return tuple(_statement(_object(one)) for one in _list(value))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(type(value).__name__)
    return value


def _maybe_text(value: object) -> str | None:
    return None if value is None else _text(value)


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(type(value).__name__)
    return value


def _number(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError(type(value).__name__)
    return value


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError(type(value).__name__)
    return value


def _object(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise TypeError(type(value).__name__)
    return value


def _words(value: object) -> list[str]:
    return [] if value is None else [_text(word) for word in _list(value)]


def _names(value: object) -> frozenset[Name]:
    if value is None:
        return NO_NAMES
    parts = (_words(name) for name in _list(value))
    return frozenset(Name(schema, name) for schema, name in parts)
