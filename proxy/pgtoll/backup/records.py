"""The records of an exported file: the fields that each kind has, written and read."""

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime

from pgtoll.backup.contents import (
    Day,
    DocumentChange,
    Event,
    NamedPin,
    ProductDay,
    Refusal,
    RefusalDay,
    SeatChange,
    Seen,
    TableDay,
)
from pgtoll.store.archive import StoredDocument
from pgtoll.store.seats import Seat
from pgtoll_policy import fields as read
from pgtoll_policy.errors import BadDocument

MOST_TEXT = 100_000  # characters of a name or a statement

MOST_COUNT = (1 << 31) - 1  # of rows, seats or users, as a column of the store takes them

Record = (
    StoredDocument | DocumentChange | Seat | SeatChange | NamedPin | Refusal
    | Seen | Day | ProductDay | TableDay | RefusalDay | Event
)  # fmt: skip
_HALF = re.compile("[\ud800-\udfff]")  # halves of characters


@dataclass(frozen=True, slots=True)
class Codec:
    """How one kind of field is written and read; reading raises BadDocument, naming the field."""

    write: Callable[[object], object]
    read: Callable[[read.Fields, str], object]


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of record: its field in Contents, and the codecs of its own fields, in order."""

    holder: str
    make: Callable[..., Record]
    codecs: Mapping[str, Codec]
    since: int  # the first format that has it


def time_text(value: object) -> str:
    assert isinstance(value, datetime)  # noqa: S101 (as the codec's field is declared)
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def read_time(content: read.Fields, name: str) -> datetime:
    text = read.read_text(content, name)
    try:
        value = datetime.fromisoformat(text)
    except ValueError as exc:
        raise BadDocument(f"{name} is not an instant: {text!a}") from exc
    if value.tzinfo is None or not 2000 <= value.year < 3000 or time_text(value) != text:
        raise BadDocument(f"{name} is not written like 2026-01-31T00:00:00.000000Z: {text!a}")
    return value


def day_text(value: object) -> str:
    assert isinstance(value, date)  # noqa: S101 (as the codec's field is declared)
    return value.isoformat()


def read_day(content: read.Fields, name: str) -> date:
    text = read.read_text(content, name)
    try:
        value = date.fromisoformat(text)
    except ValueError as exc:
        raise BadDocument(f"{name} is not a day: {text!a}") from exc
    if not 2000 <= value.year < 3000 or value.isoformat() != text:
        raise BadDocument(f"{name} is not written like 2026-01-31: {text!a}")
    return value


def read_any_text(content: read.Fields, name: str) -> str:
    """Return any text that a database may hold."""
    value = content[name]
    if not isinstance(value, str) or len(value) > MOST_TEXT or "\0" in value:
        raise BadDocument(f"{name} must be text of at most {MOST_TEXT} characters")
    if _HALF.search(value):
        raise BadDocument(f"{name} has halves of characters: {value[:50]!a}")
    return value


def _file_text(value: object) -> str:
    assert isinstance(value, bytes)  # noqa: S101 (as the codec's field is declared)
    return base64.b64encode(value).decode("ascii")


def _read_file(content: read.Fields, name: str) -> bytes:
    value = content[name]
    try:
        return base64.b64decode(value if isinstance(value, str) else "*", validate=True)
    except (binascii.Error, ValueError) as exc:
        raise BadDocument(f"{name} is not base64") from exc


def _one_of(*words: str) -> Codec:
    def reader(content: read.Fields, name: str) -> object:
        if content[name] not in words:
            raise BadDocument(f"{name} must be {' or '.join(words)}: {content[name]!a}")
        return content[name]

    return Codec(_same, reader)


def _same(value: object) -> object:
    return value


def _number(least: int, most: int = read.MAX_INTEGER) -> Codec:
    return Codec(_same, lambda content, name: read.read_integer(content, name, least, most))


_TEXT = Codec(_same, read_any_text)
_TIME = Codec(time_text, read_time)
_DAY = Codec(day_text, read_day)
_COUNT = _number(0, MOST_COUNT)
_FILE = Codec(_file_text, _read_file)
_KIND = _one_of("product", "license", "revocation")
_GROUP = Codec(
    _same,
    lambda content, name: None if content[name] is None else read.read_integer(content, name, 1),
)


def _part(holder: str, make: type[Record], since: int = 1, **codecs: Codec) -> Part:
    assert tuple(codecs) == tuple(one.name for one in fields(make))  # noqa: S101 (our own table)
    return Part(holder, make, codecs, since)


PARTS: Mapping[str, Part] = {
    "document": _part(
        "documents",
        StoredDocument,
        id=_number(1),
        kind=_KIND,
        code=_TEXT,
        product=_TEXT,
        serial=_number(0),
        file=_FILE,
        uploaded_at=_TIME,
        uploaded_by=_TEXT,
    ),
    "document_change": _part(
        "document_changes",
        DocumentChange,
        at=_TIME,
        act=_one_of("upload", "delete"),
        kind=_KIND,
        code=_TEXT,
        product=_TEXT,
        serial=_number(0),
        done_by=_TEXT,
        together=_GROUP,
    ),
    "seat": _part("seats", Seat, product=_TEXT, user=_TEXT, granted_at=_TIME, granted_by=_TEXT),
    "seat_change": _part(
        "seat_changes",
        SeatChange,
        at=_TIME,
        act=_one_of("grant", "revoke"),
        product=_TEXT,
        user=_TEXT,
        done_by=_TEXT,
    ),
    "pin": _part(
        "pins",
        NamedPin,
        schema=_TEXT,
        name=_TEXT,
        kind=_one_of(*"rpvmfScti"),
        relation=_number(1, (1 << 32) - 1),
        product=_TEXT,
    ),
    "refusal": _part(
        "refusals",
        Refusal,
        at=_TIME,
        user=_TEXT,
        kind=_TEXT,
        sqlstate=_TEXT,
        product=_TEXT,
        schema=_TEXT,
        table=_TEXT,
        sql=_TEXT,
        client=_TEXT,
    ),
    "seen": _part("seen", Seen, 2, user=_TEXT, last_day=_DAY),
    "day": _part("days", Day, 2, day=_DAY, users=_COUNT),
    "day_product": _part(
        "product_days",
        ProductDay,
        2,
        day=_DAY,
        product=_TEXT,
        bought=_COUNT,
        granted=_COUNT,
        used=_COUNT,
    ),
    "day_table": _part(
        "table_days",
        TableDay,
        2,
        day=_DAY,
        schema=_TEXT,
        table=_TEXT,
        product=_TEXT,
        rows=_COUNT,
        cap=_COUNT,
    ),
    "day_refusal": _part(
        "refusal_days",
        RefusalDay,
        2,
        day=_DAY,
        product=_TEXT,
        kind=_TEXT,
        refusals=_number(0),
        users=_COUNT,
    ),
    "event": _part(
        "events",
        Event,
        2,
        at=_TIME,
        kind=_TEXT,
        outcome=_TEXT,
        user=_TEXT,
        act=_TEXT,
        message=_TEXT,
        client=_TEXT,
        proxy=_TEXT,
    ),
}


def parts_of(form: int) -> Mapping[str, Part]:
    """Return the parts that a format has, in their order."""
    return {name: part for name, part in PARTS.items() if part.since <= form}
