"""A recording as a file: lines of JSON, compressed by gzip. docs/rehearsal.md describes it.

A file is read from its beginning to its end, which says that it is all there; nothing in it is ever
run. What is not exactly such a file is refused.
"""

import gzip
import io
import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from typing import BinaryIO

from pgtoll.errors import BadRecording
from pgtoll.recording.batches import entry_of, entry_value
from pgtoll.recording.shapes import NotShapes, Shape, as_value, from_value
from pgtoll.recording.tally import Count, Entry

FORMAT = "pgtoll recording"
VERSION = 1
MAGIC = b"\x1f\x8b"  # of gzip
LONGEST_LINE = 16 << 20  # bytes
MOST_BYTES = 4 << 30  # of a file when it is unpacked
MOST_SHAPES = 1_000_000


@dataclass(frozen=True, slots=True)
class Header:
    """What a recording says of itself, first of all."""

    began: int  # seconds since 1970
    ended: int
    made_by: str  # who recorded
    program: str  # and with which pgtoll
    workers: int  # that took part
    observes: bool  # some proxy refused nothing
    strict: bool  # for some, code that is not read does not run for who lacks something
    statements: int
    shapes: int
    users: int
    entries: int
    lost: int  # statements for which there was no room
    unread: int  # statements that nobody could read in time

    @property
    def when(self) -> str:
        """From when to when, in UTC."""
        return f"{_moment(self.began)} to {_moment(self.ended)} UTC"


def looks_like(data: bytes) -> bool:
    """Tell whether a file may be a recording, by its first bytes."""
    return data.startswith(MAGIC)


def write_recording(
    header: Header, shapes: Iterable[Shape], entries: Iterable[tuple[Entry, Count]]
) -> bytes:
    """Return a recording as the bytes of its file; shapes have an order of their own."""
    file = io.BytesIO()
    with gzip.GzipFile(fileobj=file, mode="wb", compresslevel=6, mtime=header.ended) as packed:
        written = 0
        for line in _lines(header, shapes, entries):
            packed.write(line)
            written += 1
        packed.write(_line({"end": written}))
    return file.getvalue()


def _lines(
    header: Header, shapes: Iterable[Shape], entries: Iterable[tuple[Entry, Count]]
) -> Iterator[bytes]:
    yield _line({"format": FORMAT, "version": VERSION, **asdict(header)})
    numbers: dict[str, int] = {}
    for number, shape in enumerate(shapes):
        numbers[shape.id] = number
        yield _line(as_value(shape))
    for entry, count in entries:
        value = entry_value(entry, count)
        value[0] = numbers[entry.shape]
        yield _line(value)


def _line(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode() + b"\n"


class Recording:
    """A recording that is read: its header, its shapes, then what was counted, line by line."""

    def __init__(self, file: BinaryIO) -> None:
        """Read all but the counts. Raises BadRecording."""
        self._lines = _read_lines(file)
        self._number = 0
        self.header = self._read_header()
        self.shapes = self._read_shapes()

    def entries(self) -> Iterator[tuple[int, Entry, Count]]:
        """Yield what was counted, once: a shape's number, and the rest. Raises BadRecording."""
        ids = [shape.id for shape in self.shapes]
        for value in self._values():
            if isinstance(value, dict):
                self._finish(value)
                return
            yield self._entry(value, ids)
        raise _cut()

    def _entry(self, value: object, ids: list[str]) -> tuple[int, Entry, Count]:
        match value:
            case [int(number), *rest] if 0 <= number < len(ids):
                try:
                    return number, *entry_of([ids[number], *rest])
                except ValueError as exc:
                    raise BadRecording(f"line {self._number} is none of a recording") from exc
        raise BadRecording(f"line {self._number} is none of a recording")

    def _values(self) -> Iterator[object]:
        for line in self._lines:
            self._number += 1
            try:
                yield json.loads(line)
            except (ValueError, RecursionError) as exc:
                raise BadRecording(f"line {self._number} is none of a recording") from exc

    def _read_header(self) -> Header:
        value = next(self._values(), None)
        if not isinstance(value, dict) or value.get("format") != FORMAT:
            raise BadRecording("it is no recording: make one with pgtoll record")
        if value.get("version") != VERSION:
            raise BadRecording(
                f"it is of version {value.get('version')}, and version {VERSION} is read: "
                "use the pgtoll that made it"
            )
        names = [field.name for field in fields(Header)]
        types = {"made_by": str, "program": str, "observes": bool, "strict": bool}
        if any(not isinstance(value.get(name), types.get(name, int)) for name in names):
            raise BadRecording("its first line does not say what a recording is")
        return Header(**{name: value[name] for name in names})

    def _read_shapes(self) -> list[Shape]:
        shapes: list[Shape] = []
        if not 0 <= self.header.shapes <= MOST_SHAPES:
            raise BadRecording("its first line does not say what a recording is")
        for value in self._values():
            try:
                shapes.append(from_value(value))
            except NotShapes as exc:
                raise BadRecording(f"line {self._number}: {exc}") from exc
            if len(shapes) == self.header.shapes:
                return shapes
        if self.header.shapes:
            raise _cut()
        return shapes

    def _finish(self, value: dict[str, object]) -> None:
        if value.get("end") != self._number - 1:
            raise BadRecording("lines are missing in it")
        if next(self._lines, None) is not None:
            raise BadRecording("there is more behind its end")


def _read_lines(file: BinaryIO) -> Iterator[bytes]:
    size = 0
    with gzip.GzipFile(fileobj=file, mode="rb") as packed:
        while True:
            try:
                line = packed.readline(LONGEST_LINE + 1)
            except EOFError as exc:
                raise _cut() from exc
            except (OSError, zlib.error) as exc:
                raise BadRecording("it is damaged, or no recording") from exc
            if not line:
                return
            size += len(line)
            if not line.endswith(b"\n") or size > MOST_BYTES:
                raise BadRecording("a line in it does not end, or there are too many")
            yield line


def _cut() -> BadRecording:
    return BadRecording("it is cut off: its end is missing")


def _moment(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S}"
