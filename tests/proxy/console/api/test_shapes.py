"""Values and their schemas say the same."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum

import pytest

from pgtoll.console.api.shapes import components, plain, schema_of


class Colour(Enum):
    """A colour of the test."""

    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True)
class Wheel:
    """A wheel."""

    colour: Colour | None
    data: bytes = b""


@dataclass(frozen=True)
class Car:
    """A car of the test.

    What follows is no part of the description.
    """

    wheels: tuple[Wheel, ...]
    built: datetime
    names: frozenset[str] = frozenset()

    @property
    def count(self) -> int:
        return len(self.wheels)


AT = datetime(2026, 5, 1, 12, tzinfo=UTC)


def test_an_object_has_its_fields_and_properties_and_no_bytes() -> None:
    car = Car((Wheel(Colour.RED, b"x"), Wheel(None)), AT, frozenset({"b", "a"}))
    assert plain(car) == {
        "wheels": [{"colour": "red"}, {"colour": None}],
        "built": "2026-05-01T12:00:00Z",
        "names": ["a", "b"],
        "count": 2,
    }


def test_the_schema_describes_just_that() -> None:
    found = components([Car, None])
    assert list(found) == ["Car", "Colour", "Wheel"]
    assert found["Car"]["properties"] == {
        "wheels": {"type": "array", "items": {"$ref": "#/components/schemas/Wheel"}},
        "built": {"type": "string", "format": "date-time"},
        "names": {"type": "array", "items": {"type": "string"}},
        "count": {"type": "integer"},
    }
    assert found["Car"]["description"] == "A car of the test."
    assert found["Colour"]["enum"] == ["red", "blue"]
    assert schema_of(Colour | None) == {
        "anyOf": [{"$ref": "#/components/schemas/Colour"}, {"type": "null"}]
    }


def test_what_is_no_value_of_the_api_is_refused() -> None:
    with pytest.raises(TypeError):
        plain(b"bytes")
    with pytest.raises(TypeError):
        schema_of(bytes)
