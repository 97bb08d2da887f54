"""Our values as JSON, and JSON Schemas of their types: both follow from the same declarations.

A dataclass is an object with its fields and its properties; bytes are left out.
"""

import types
from collections.abc import Collection, Iterable, Iterator
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Union, get_args, get_origin, get_type_hints

Schema = dict[str, object]

_SIMPLE: dict[object, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    type(None): {"type": "null"},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
}


def plain(value: object) -> object:
    """Return a value as json.dumps takes it."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case Enum():
            return plain(value.value)
        case frozenset():
            return sorted(str(one) for one in value)
        case tuple() | list():
            return [plain(one) for one in value]
    if not is_dataclass(value):
        raise TypeError(f"no value of the API: {value!r}")
    kind: type = type(value)
    return {name: plain(getattr(value, name)) for name, _ in members(kind)}


@cache
def members(kind: type) -> tuple[tuple[str, object], ...]:
    """Return the names and types of what a dataclass shows."""
    return tuple(_members(kind))


def _members(kind: type) -> Iterator[tuple[str, object]]:
    hints = get_type_hints(kind)
    for field in fields(kind):
        if hints[field.name] is not bytes:
            yield field.name, hints[field.name]
    for name, value in vars(kind).items():
        if isinstance(value, property) and value.fget is not None:
            yield name, get_type_hints(value.fget)["return"]


def schema_of(kind: object) -> Schema:
    """Return the schema of a type; dataclasses and enumerations are referred to by their names."""
    if kind in _SIMPLE:
        return dict(_SIMPLE[kind])
    if isinstance(kind, type) and (is_dataclass(kind) or issubclass(kind, Enum)):
        return {"$ref": f"#/components/schemas/{kind.__name__}"}
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return {"anyOf": [schema_of(one) for one in arguments]}
    if isinstance(origin, type) and issubclass(origin, Collection):
        return {"type": "array", "items": schema_of(arguments[0])}
    raise TypeError(f"no type of the API: {kind!r}")


def components(kinds: Iterable[object]) -> dict[str, Schema]:
    """Return the schemas of all dataclasses and enumerations that some types lead to, by name."""
    found: dict[str, Schema] = {}
    pending = list(kinds)
    while pending:
        kind = pending.pop()
        pending += get_args(kind)
        if not isinstance(kind, type) or kind.__name__ in found:
            continue
        if issubclass(kind, Enum):
            found[kind.__name__] = _enumeration(kind)
        elif is_dataclass(kind):
            found[kind.__name__] = _object(kind)
            pending += [member for _, member in members(kind)]
    return dict(sorted(found.items()))


def _enumeration(kind: type[Enum]) -> Schema:
    return {"type": "string", "description": _about(kind), "enum": [one.value for one in kind]}


def _object(kind: type) -> Schema:
    shown = members(kind)
    return {
        "type": "object",
        "description": _about(kind),
        "properties": {name: schema_of(member) for name, member in shown},
        "required": [name for name, _ in shown],
        "additionalProperties": False,
    }


def _about(kind: type) -> str:
    return (kind.__doc__ or "").partition("\n")[0]
