"""Tables and their bytes: RowDescription and DataRow ("Message Formats"). No I/O."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pgtoll.wire.messages import message

TEXT, INT8 = 25, 20  # OIDs of pg_type
TEXT_FORMAT, BINARY_FORMAT = 0, 1

Value = str | int | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an answer; a number is an int8, all else is text."""

    name: str
    oid: int = TEXT


@dataclass(frozen=True, slots=True)
class Table:
    """What a SHOW answers with."""

    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Value]]


def columns(*names: str) -> tuple[Column, ...]:
    """Return columns by their names; one that ends in # holds a number."""
    return tuple(
        Column(name.removesuffix("#"), INT8 if name.endswith("#") else TEXT) for name in names
    )


def row_description(described: Sequence[Column], formats: Sequence[int] = ()) -> bytes:
    """Return the RowDescription; without `formats` everything comes as text."""
    parts = [struct.pack("!H", len(described))]
    for at, column in enumerate(described):
        size = 8 if column.oid == INT8 else -1
        form = _format(formats, at)
        parts.append(column.name.encode() + b"\0")
        parts.append(struct.pack("!IHIhiH", 0, 0, column.oid, size, -1, form))
    return message(b"T", b"".join(parts))


def data_rows(table: Table, formats: Sequence[int] = ()) -> bytes:
    """Return a DataRow for each row."""
    return b"".join(
        message(b"D", struct.pack("!H", len(row)) + b"".join(_cells(table.columns, row, formats)))
        for row in table.rows
    )


def _cells(
    described: Sequence[Column], row: Sequence[Value], formats: Sequence[int]
) -> Iterable[bytes]:
    for at, value in enumerate(row):
        if value is None:
            yield struct.pack("!i", -1)
            continue
        binary = described[at].oid == INT8 and _format(formats, at) == BINARY_FORMAT
        data = struct.pack("!q", value) if binary else str(value).replace("\0", " ").encode()
        yield struct.pack("!i", len(data)) + data


def _format(formats: Sequence[int], at: int) -> int:
    """Return the format of a column: none is text, a single one is for all."""
    if not formats:
        return TEXT_FORMAT
    return formats[0] if len(formats) == 1 else formats[at]


def complete(tag: str, rows: int | None = None) -> bytes:
    """Return the CommandComplete."""
    counted = tag if rows is None else f"{tag} {rows}"
    return message(b"C", counted.encode() + b"\0")
