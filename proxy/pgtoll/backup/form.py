"""The file: one JSON object a line, the first says what it is, the last has everybody's digests.

Nothing in it is compressed, named after a path or nested, so a hostile one is refused by its size,
its first line, or the first line that is not as it was written. The digests tell damage; who may
write the file may say anything in it but what only a vendor can sign.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import BinaryIO

from pgtoll.backup.contents import Contents, Origin
from pgtoll.backup.records import (
    PARTS,
    Part,
    Record,
    day_text,
    parts_of,
    read_any_text,
    read_day,
    read_time,
    time_text,
)
from pgtoll.errors import StoreError
from pgtoll_policy import fields as read
from pgtoll_policy.errors import BadDocument

FORMAT = 2  # that is written
FORMATS = (1, 2)  # that are read: the first has nothing of what was kept day by day
_READ = " and ".join(map(str, FORMATS))
BEGINNING = b'{"pgtoll":"export",'
MOST_BYTES = 512 << 20  # of a file: a million seats and a million users have half of it
MOST_LINE = 2 << 20  # bytes: a signed file has at most half of it, in base64 two thirds
MOST_RECORDS = 4_000_000  # of a file; each takes some 500 bytes while it is read

_ORIGIN = ("exported", "database", "instance", "clock", "recorded")


@dataclass(frozen=True, slots=True)
class Sum:
    """How many records a part has, and their SHA-256."""

    records: int
    sha256: str


# Writing


def is_export(data: bytes) -> bool:
    """Whether a file that begins like this is one of these."""
    return data.startswith(BEGINNING)


def render(contents: Contents) -> bytes:
    """Return the file. Raises StoreError for one that could not be read again."""
    whole = hashlib.sha256()
    sums: dict[str, Sum] = {}
    lines = [_line({"pgtoll": "export", "format": FORMAT} | _origin(contents.origin))]
    for name, part in PARTS.items():
        records = [_line({"part": name} | _plain(part, one)) for one in _held(contents, part)]
        sums[name] = Sum(len(records), hashlib.sha256(b"".join(records)).hexdigest())
        lines += records
    for line in lines:
        whole.update(line)
    parts = {name: {"records": one.records, "sha256": one.sha256} for name, one in sums.items()}
    lines.append(_line({"pgtoll": "end", "parts": parts, "sha256": whole.hexdigest()}))
    if len(lines) > MOST_RECORDS or sum(map(len, lines)) > MOST_BYTES:
        raise StoreError(
            f"the store holds more than an export can: {len(lines):,} records of at most "
            f"{MOST_RECORDS:,}, or over {MOST_BYTES >> 20} MB; back it up with pg_dump -n pgtoll"
        )
    return b"".join(lines)


def _held(contents: Contents, part: Part) -> tuple[Record, ...]:
    held: tuple[Record, ...] = getattr(contents, part.holder)
    return held


def _origin(origin: Origin) -> dict[str, object]:
    clock = None if origin.clock is None else time_text(origin.clock)
    recorded = None if origin.recorded is None else day_text(origin.recorded)
    values = (time_text(origin.exported), origin.database, origin.instance, clock, recorded)
    return dict(zip(_ORIGIN, values, strict=True))


def _plain(part: Part, record: Record) -> dict[str, object]:
    return {name: codec.write(getattr(record, name)) for name, codec in part.codecs.items()}


def _line(content: object) -> bytes:
    return json.dumps(content, separators=(",", ":"), allow_nan=False).encode("ascii") + b"\n"


# Reading


def read_contents(file: BinaryIO) -> Contents:
    """Return what a file holds. Raises BadDocument, which names the line, for less than all."""
    whole = hashlib.sha256()
    lines = _lines(file)
    origin, known = _read_origin(next(lines, (1, b"")), whole)
    found: dict[str, list[Record]] = {name: [] for name in known}
    sums: dict[str, Sum] = {}
    parts = iter(known)
    groups = groupby(lines, key=lambda one: _part_name(one[1]))
    for name, group in groups:
        if name is None:
            _read_end(list(_few(group)), known, sums, whole.hexdigest())
            if next(groups, None):
                raise BadDocument("something follows the last line")
            contents = _contents(origin, found)
            _check(contents)
            return contents
        if name not in parts:  # which takes it, and all before it, from the iterator
            raise BadDocument(f"part {name} has no place there")
        sums[name] = _read_part(name, group, found[name], whole)
    raise BadDocument("it ends before its last line: cut short on its way")


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    left = MOST_BYTES
    for number in range(1, MOST_RECORDS + 2):
        line = file.readline(MOST_LINE + 1)
        if not line:
            return
        left -= len(line)
        if len(line) > MOST_LINE or left < 0:
            raise BadDocument(f"line {number}: it is longer than anything of ours")
        if not line.endswith(b"\n"):
            raise BadDocument(f"line {number}: it has no end: cut short on its way")
        yield number, line
    raise BadDocument(f"it has more than {MOST_RECORDS:,} lines")


_PART = re.compile(rb'\{"part":"([a-z_]{1,30})",')


def _part_name(line: bytes) -> str | None:
    """Return the part that a line belongs to, None for any other line."""
    match = _PART.match(line)
    return match[1].decode() if match else None


def _read_origin(
    line: tuple[int, bytes], whole: "hashlib._Hash"
) -> tuple[Origin, Mapping[str, Part]]:
    """Return where it comes from, and the parts that its format has."""
    number, data = line
    if not is_export(data):
        raise BadDocument("not an export of pgtoll, or altered on its way")
    whole.update(data)
    with _at(number):
        content = read.read_fields(data)
        form = content.get("format")
        if isinstance(form, bool) or not isinstance(form, int) or form not in FORMATS:
            raise BadDocument(f"format {form!a} is of another pgtoll: this one reads {_READ}")
        names = _ORIGIN if form > 1 else _ORIGIN[:-1]
        read.expect_exactly(content, ("pgtoll", "format", *names))
        return _origin_of(content), parts_of(form)


def _origin_of(content: read.Fields) -> Origin:
    return Origin(
        exported=read_time(content, "exported"),
        database=read_any_text(content, "database"),
        instance=read.read_instance(content, "instance"),
        clock=None if content["clock"] is None else read_time(content, "clock"),
        recorded=None if content.get("recorded") is None else read_day(content, "recorded"),
    )


def _read_part(
    name: str, lines: Iterable[tuple[int, bytes]], into: list[Record], whole: "hashlib._Hash"
) -> Sum:
    digest, part = hashlib.sha256(), PARTS[name]
    for number, line in lines:
        with _at(number):
            into.append(_read_record(part, line))
        digest.update(line)
        whole.update(line)
    return Sum(len(into), digest.hexdigest())


def _read_record(part: Part, line: bytes) -> Record:
    content = read.read_fields(line)
    read.expect_exactly(content, ("part", *part.codecs))
    return part.make(**{name: codec.read(content, name) for name, codec in part.codecs.items()})


def _few(lines: Iterable[tuple[int, bytes]]) -> Iterator[tuple[int, bytes]]:
    """Yield the first two of the lines: a file has one that ends it."""
    for count, line in enumerate(lines):
        if count == 2:
            return
        yield line


def _read_end(
    lines: list[tuple[int, bytes]], known: Iterable[str], sums: Mapping[str, Sum], sha256: str
) -> None:
    number, line = lines[0]
    with _at(number):
        content = read.read_fields(line)
        read.expect_exactly(content, ("pgtoll", "parts", "sha256"))
        if content["pgtoll"] != "end":
            raise BadDocument("neither a record nor the last line")
        parts = read.as_fields(content["parts"], "parts")
        read.expect_exactly(parts, known)
    for name in known:
        found = sums.get(name, Sum(0, hashlib.sha256(b"").hexdigest()))
        if parts[name] != {"records": found.records, "sha256": found.sha256}:
            raise BadDocument(f"part {name} is not as it was written: damaged or altered")
    if content["sha256"] != sha256:
        raise BadDocument("it is not as it was written: damaged or altered")
    if len(lines) > 1:
        raise BadDocument(f"line {number + 1}: something follows the last line")


def _contents(origin: Origin, found: Mapping[str, list[Record]]) -> Contents:
    holders = {PARTS[name].holder: tuple(records) for name, records in found.items()}
    return Contents(origin, **holders)  # type: ignore[arg-type]  # as the parts say


def _check(contents: Contents) -> None:
    """Refuse what contradicts itself: no store has anything twice that is there but once."""
    days = {one.day for one in contents.days}
    once = {
        "seat": [f"{one.user} of {one.product}" for one in contents.seats],
        "seen": [one.user for one in contents.seen],
        "day": [f"{one.day}" for one in contents.days],
        "day_product": [f"{one.product} on {one.day}" for one in contents.product_days],
        "day_table": [f"{one.schema!a}.{one.table!a} on {one.day}" for one in contents.table_days],
        "day_refusal": [
            f"{one.kind} of {one.product} on {one.day}" for one in contents.refusal_days
        ],
    }
    for name, told in once.items():
        read.refuse_repeats(told, name)
    told_of = {one.day for one in contents.product_days} | {one.day for one in contents.table_days}
    if stray := sorted(told_of - days):
        raise BadDocument(f"it has figures of {stray[0]}, and that day is not in it")


class _at:
    """Name the line in what is raised."""

    def __init__(self, number: int) -> None:
        self._number = number

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type | None, exc: BaseException | None, _: object) -> None:
        if isinstance(exc, BadDocument):
            raise BadDocument(f"line {self._number}: {exc}") from exc
