"""What a worker hands over to whoever records, by way of the store: one batch a second or so."""

import json
import zlib
from collections.abc import Collection
from dataclasses import dataclass

from pgtoll.errors import BadRecording
from pgtoll.recording.shapes import NotShapes, Shape, as_value, from_value
from pgtoll.recording.tally import Count, Entry, Harvest, Lost, Who
from pgtoll_policy.verdict import Kind

LARGEST = 64 << 20  # bytes of a batch when it is unpacked
_KINDS = {kind.value: kind for kind in Kind}  # an Enum takes its time to find one


@dataclass(frozen=True, slots=True)
class Source:
    """The worker, and how it judges."""

    worker: str  # made up when it begins
    observes: bool
    strict: bool  # code that is not read does not run for who lacks something


@dataclass(frozen=True, slots=True)
class Batch:
    """What one worker has counted."""

    source: Source
    last: bool  # nothing comes after it
    shapes: tuple[Shape, ...]  # those that this worker has not told of before
    entries: dict[Entry, Count]
    lost: Lost


def pack(source: Source, harvest: Harvest, told: Collection[str], *, last: bool) -> bytes:
    """Return a harvest as bytes, without the shapes that were `told` before."""
    value = {
        "worker": source.worker,
        "observes": source.observes,
        "strict": source.strict,
        "last": last,
        "shapes": [as_value(one) for id_, one in harvest.shapes.items() if id_ not in told],
        "entries": [entry_value(entry, count) for entry, count in harvest.entries.items()],
        "lost": [harvest.lost.statements, harvest.lost.unread],
    }
    return zlib.compress(json.dumps(value, separators=(",", ":")).encode(), 1)


def unpack(data: bytes) -> Batch:
    """Return the batch in these bytes. Raises BadRecording."""
    try:
        unpacking = zlib.decompressobj()
        value = json.loads(unpacking.decompress(data, LARGEST))
        source = Source(str(value["worker"]), bool(value["observes"]), bool(value["strict"]))
        return Batch(
            source,
            bool(value["last"]),
            tuple(map(from_value, value["shapes"])),
            dict(map(entry_of, value["entries"])),
            Lost(*map(int, value["lost"])),
        )
    except (zlib.error, ValueError, KeyError, TypeError, AttributeError, NotShapes) as exc:
        raise BadRecording("a proxy has handed over what is no recording") from exc


def entry_value(entry: Entry, count: Count) -> list[object]:
    """Return a line of a recording as plain values."""
    who = entry.who
    return [
        *(entry.shape, who.user, who.role, int(who.impersonates), entry.kind.value, entry.product),
        *(count.runs, count.refused, count.first, count.last),
    ]


def entry_of(value: object) -> tuple[Entry, Count]:
    """Return the line that plain values stand for. Raises ValueError."""
    if not isinstance(value, list) or len(value) != 10:
        raise ValueError("no line of a recording")
    shape, user, role, impersonates, kind, product, *counts = value
    if not all(isinstance(one, str) for one in (shape, user, role, kind, product)):
        raise ValueError("no line of a recording")
    if not all(isinstance(one, int) and one >= 0 for one in counts):
        raise ValueError("no counts")
    who = Who(user, role, bool(impersonates))
    if (known := _KINDS.get(kind)) is None:
        raise ValueError("no verdict")
    return Entry(shape, who, known, product), Count(*counts)
