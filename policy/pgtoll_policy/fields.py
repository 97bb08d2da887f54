"""Strict JSON, field by field: a signed payload holds exactly the fields that we know.

Every reader names the field it refuses. Nothing is guessed, converted or ignored.
"""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from pgtoll_policy.errors import BadDocument

Fields = Mapping[str, object]

MAX_INTEGER = (1 << 53) - 1  # beyond it, other JSON readers would round
MAX_TEXT = 200  # characters of a title, a name, a customer id
MAX_CODE = 127

# What must not hide in text that is shown in terminals and logs: control characters, line
# separators, marks that change the direction of what follows, halves of characters.
_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")
_LICENSE_ID = re.compile(r"[0-9a-f]{32}")
_INSTANCE = re.compile(r"-?[1-9][0-9]{0,18}")  # pg_control_system() shows a bigint
_YEARS = range(2000, 3000)


def read_fields(payload: bytes) -> Fields:
    """Return the fields of the one JSON object that `payload` is. Raises BadDocument."""
    try:
        value: object = json.loads(
            payload.decode("utf-8"),
            object_pairs_hook=_unique,
            parse_int=_integer,
            parse_float=_refused_number,
            parse_constant=_refused_number,
        )
    except (ValueError, RecursionError) as exc:
        raise BadDocument(f"payload is not strict JSON ({exc})") from exc
    return as_fields(value, "payload")


def as_fields(value: object, name: str) -> Fields:
    if not isinstance(value, dict):
        raise BadDocument(f"{name} must be an object")
    return value


def expect_exactly(fields: Fields, names: Iterable[str]) -> None:
    """Refuse fields that are missing and fields that nobody knows."""
    expected = frozenset(names)
    if missing := expected - fields.keys():
        raise BadDocument(f"missing field {', '.join(sorted(missing))}")
    if unknown := fields.keys() - expected:
        raise BadDocument(f"unknown field {', '.join(sorted(map(ascii, unknown)))}")


def read_text(fields: Fields, name: str, limit: int = MAX_TEXT) -> str:
    """Return text of one line that hides nothing: 1 to `limit` characters, no blanks around."""
    value = fields[name]
    if not isinstance(value, str):
        raise BadDocument(f"{name} must be text")
    if not 0 < len(value) <= limit:
        raise BadDocument(f"{name} must have 1 to {limit} characters")
    if value != value.strip() or hides_something(value):
        raise BadDocument(f"{name} has control characters or blanks around it: {value!a}")
    return value


def read_optional_text(fields: Fields, name: str, limit: int = MAX_TEXT) -> str | None:
    return None if fields[name] is None else read_text(fields, name, limit)


def read_code(fields: Fields, name: str, limit: int = MAX_CODE) -> str:
    """Return an ASCII code such as `marketing` or `MyApp.Use`."""
    value = read_text(fields, name, limit)
    if not _CODE.fullmatch(value):
        raise BadDocument(
            f"{name} must be an ASCII letter, then letters, digits, '_', '.', '-': {value!a}"
        )
    return value


def read_license_id(value: object, name: str) -> str:
    if not isinstance(value, str) or not _LICENSE_ID.fullmatch(value):
        raise BadDocument(f"{name} must be a license id of 32 hexadecimal digits: {value!a}")
    return value


def read_instance(fields: Fields, name: str) -> str | None:
    """Return the system identifier of a database cluster, None for null."""
    return None if fields[name] is None else check_instance(read_text(fields, name), name)


def check_instance(text: str, name: str) -> str:
    """Return the system identifier that a text is. Raises BadDocument."""
    if not _INSTANCE.fullmatch(text):
        raise BadDocument(f"{name} must be a system identifier of digits alone: {text!a}")
    return text


def read_integer(fields: Fields, name: str, least: int, most: int = MAX_INTEGER) -> int:
    value = fields[name]
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadDocument(f"{name} must be an integer")
    if not least <= value <= most:
        raise BadDocument(f"{name} must be from {least} to {most}: {value}")
    return value


def read_instant(fields: Fields, name: str) -> datetime:
    """Return an instant written as `2026-01-31T00:00:00Z`, the only form there is."""
    text = read_text(fields, name)
    try:
        value = datetime.fromisoformat(text)
    except ValueError as exc:
        raise BadDocument(f"{name} is not an instant: {text!a}") from exc
    if value.tzinfo is None or instant_text(value) != text:
        raise BadDocument(f"{name} is not written like 2026-01-31T00:00:00Z: {text!a}")
    if value.year not in _YEARS:
        raise BadDocument(f"{name} must be of the years {_YEARS[0]} to {_YEARS[-1]}: {text}")
    return value


def read_list(fields: Fields, name: str) -> list[object]:
    value = fields[name]
    if not isinstance(value, list):
        raise BadDocument(f"{name} must be a list")
    return value


def instant_text(value: datetime) -> str:
    """Return the form that read_instant reads. A fraction of a second is dropped."""
    if value.tzinfo is None:
        raise BadDocument(f"a time without time zone: {value}")
    try:
        return f"{value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z"
    except OverflowError as exc:
        raise BadDocument(f"a time beyond the calendar: {value}") from exc


def hides_something(text: str) -> bool:
    return _HIDDEN.search(text) is not None


def refuse_repeats(values: Iterable[str], name: str) -> None:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise BadDocument(f"{name} has {value!a} twice")
        seen.add(value)


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    refuse_repeats((name for name, _ in pairs), "object")
    return dict(pairs)


def _integer(digits: str) -> int:
    if len(digits) > 17:
        raise BadDocument(f"integer of {len(digits)} digits")
    return int(digits)


def _refused_number(text: str) -> object:
    raise BadDocument(f"number {text[:20]} is not an integer")
