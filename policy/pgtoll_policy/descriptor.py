"""A package's `descriptor.json`: its name, and the components that a license controls.

The file is its package's, not ours: whatever else stands in it is passed over.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from pgtoll_policy.documents import Component
from pgtoll_policy.errors import BadDocument
from pgtoll_policy.fields import Fields, as_fields, read_code, read_text

MAX_DESCRIPTOR_BYTES = 16 << 20  # a package of thousands of parts has one of a few megabytes

_COMPONENTS = "LicOperations"
_NAME = "Name"
_INNER = "Descriptor"  # some packages keep all but the components one level further down
_READ = frozenset({_COMPONENTS, _NAME, _INNER, "Code"})


@dataclass(frozen=True, slots=True)
class Descriptor:
    """What a package says of itself."""

    package: str  # "" when it does not say
    components: tuple[Component, ...]


def read_descriptor(data: bytes) -> Descriptor:
    """Return what a descriptor says; no `LicOperations` are no components. Raises BadDocument."""
    outer = as_fields(_json(data), "descriptor")
    inner = as_fields(outer.get(_INNER) or {}, _INNER)
    if inner.get(_COMPONENTS) and outer.get(_COMPONENTS):
        raise BadDocument(f"{_COMPONENTS} stands both beside {_INNER} and in it")
    values = outer.get(_COMPONENTS) or inner.get(_COMPONENTS) or []
    return Descriptor(_package(outer) or _package(inner), _components(values))


def _json(data: bytes) -> object:
    """Read JSON of any encoding that JSON may have, with or without a byte order mark."""
    try:
        value: object = json.loads(data, object_pairs_hook=_object)
    except (ValueError, RecursionError) as exc:
        raise BadDocument(f"descriptor is not JSON ({exc})") from exc
    return value


def _object(pairs: list[tuple[str, object]]) -> Mapping[str, object]:
    """Make an object; of a name that we read, nobody could tell which of two is meant."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs if name in _READ]
        if repeated := sorted({name for name in names if names.count(name) > 1}):
            raise BadDocument(f"descriptor has {', '.join(repeated)} twice in one object")
    return found


def _package(fields: Fields) -> str:
    return read_text(fields, _NAME) if fields.get(_NAME) else ""


def _components(values: object) -> tuple[Component, ...]:
    if not isinstance(values, list):
        raise BadDocument(f"{_COMPONENTS} must be a list")
    found: dict[str, Component] = {}
    for number, value in enumerate(values, 1):
        component = _component(value, f"{_COMPONENTS}, number {number}")
        if found.setdefault(component.code, component) != component:
            raise BadDocument(f"{_COMPONENTS} has two names for {component.code}")
    return tuple(found.values())


def _component(value: object, place: str) -> Component:
    fields = as_fields(value, place)
    for name in ("Code", _NAME):
        if name not in fields:
            raise BadDocument(f"{place}: {name} is missing")
    try:
        return Component(read_code(fields, "Code"), read_text(fields, _NAME))
    except BadDocument as exc:
        raise BadDocument(f"{place}: {exc}") from exc
