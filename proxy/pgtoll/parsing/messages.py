"""What a proxy and its parser processes say to each other.

A script comes back as one line of JSON, plain values only: a process that hostile text has taken
over can then say false things of that text, but run nothing in the proxy.
"""

import json
import struct
from collections.abc import Callable
from dataclasses import fields
from operator import attrgetter
from typing import Any

from pgtoll_policy.facts import ANY_END, Act, Name, Script, Statement

REQUEST = struct.Struct("!BI")  # what the text is, length of the text that follows
# What a text may be besides 0 or 1: statements, read with standard_conforming_strings off or on.
BODIES = {2: "sql", 3: "plpgsql", 4: "aggregate"}
READY = b"ready\n"

_Plain = str | int | bool | list[str] | list[list[str]] | list[dict[str, "_Plain"]] | None

_NAMES = tuple(field.name for field in fields(Statement))
_VALUES = tuple(field.default for field in fields(Statement))  # those that most have
_values_of = attrgetter(*_NAMES)


MOST_KNOWN = 4096  # lines
LONGEST_KNOWN = 2 << 10  # bytes of a line


class Decoder:
    """Makes one script of lines that are alike: many texts of different shapes say the same."""

    def __init__(self) -> None:
        self._known: dict[bytes, Script] = {}

    def decode(self, line: bytes) -> Script:
        """Do as decode() does."""
        if (script := self._known.get(line)) is None:
            script = decode(line)
            if len(line) <= LONGEST_KNOWN:
                if len(self._known) >= MOST_KNOWN:
                    self._known.clear()
                self._known[line] = script
        return script


def encode(script: Script) -> bytes:
    """Return a script as one line, without what has its default.

    A shapeable statement is the whole of its text: what is said of it holds for others as well.
    """
    statements = [_plain(statement) for statement in script.statements]
    if script.shapeable:
        statements[0] |= {"start": 0, "end": ANY_END}
    line = [statements, script.refusal, script.rejected, script.shapeable]
    return json.dumps(line, separators=(",", ":")).encode() + b"\n"


def decode(line: bytes) -> Script:
    """Return the script in a line. Raises ValueError for whatever encode() would not write."""
    try:
        statements, refusal, rejected, shapeable = json.loads(line.decode())
        return Script(
            tuple(_statement(plain) for plain in statements),
            refusal=_text(refusal),
            rejected=_flag(rejected),
            shapeable=_flag(shapeable),
        )
    except (TypeError, KeyError, AttributeError, RecursionError) as exc:
        raise ValueError(f"not a script ({type(exc).__name__})") from exc


def _plain(statement: Statement) -> dict[str, _Plain]:
    return {
        name: _plain_value(value)
        for name, default, value in zip(_NAMES, _VALUES, _values_of(statement), strict=True)
        if value != default
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
    """Return a statement of the values given. Raises TypeError or KeyError for any other."""
    return Statement(**{name: _READ[name](value) for name, value in plain.items()})


def _statements(value: object) -> tuple[Statement, ...]:
    return tuple(_statement(_object(one)) for one in _list(value))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(type(value).__name__)
    return value


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
    return [_text(word) for word in _list(value)]


def _word_set(value: object) -> frozenset[str]:
    return frozenset(_words(value))


def _word_tuple(value: object) -> tuple[str, ...]:
    return tuple(_words(value))


def _names(value: object) -> frozenset[Name]:
    parts = (_words(name) for name in _list(value))
    return frozenset(Name(schema, name) for schema, name in parts)


# What each field is read by. What is not there has its default.
_READ: dict[str, Callable[[Any], Any]] = {
    "verb": _text,
    "start": _number,
    "end": _number,
    "reads": _names,
    "writes": _names,
    "inserts": _names,
    "updates": _names,
    "deletes": _names,
    "truncates": _names,
    "empties": _names,
    "functions": _names,
    "told_sequences": _names,
    "operators": _word_set,
    "types": _names,
    "columns": _word_set,
    "others": _names,
    "only": _names,
    "discreet": _word_set,
    "opaque": _text,
    "unwatchable": _text,
    "ddl": _flag,
    "keeps": _flag,
    "makes": _names,
    "act": Act,
    "chains": _flag,
    "settings": _word_tuple,
    "names_user": _text,
    "local": _flag,
    "probes": _flag,
    "copies_in": _flag,
    "holds": _flag,
    "may_commit": _flag,
    "prepares": _text,
    "executes": _text,
    "bare": _flag,
    "elsewhere": _flag,
    "block": _text,
    "language": _text,
    "defines": _statements,
    "undefined": _text,
    "body": _statements,
}
