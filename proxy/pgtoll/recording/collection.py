"""What all workers have counted, put together by whoever records."""

from dataclasses import dataclass, field

from pgtoll.recording.batches import Batch, Source
from pgtoll.recording.files import Header, write_recording
from pgtoll.recording.shapes import Shape
from pgtoll.recording.tally import Count, Entry, Lost

MOST_ENTRIES = 2_000_000
MOST_SHAPES = 200_000


@dataclass(frozen=True, slots=True)
class Taking:
    """When something was recorded, by whom and with which program; seconds since 1970."""

    began: int
    ended: int
    made_by: str
    program: str


@dataclass(slots=True)
class Collection:
    """Adds up batches. It is bounded; what does not fit is counted as lost."""

    shapes: dict[str, Shape] = field(default_factory=dict)
    entries: dict[Entry, Count] = field(default_factory=dict)
    lost: Lost = field(default_factory=Lost)
    statements: int = 0
    sources: dict[str, Source] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)  # workers that have nothing more to say
    users: set[str] = field(default_factory=set)

    def add(self, batch: Batch) -> None:
        """Add what one worker has handed over."""
        self.sources[batch.source.worker] = batch.source
        if batch.last:
            self.ended.add(batch.source.worker)
        for shape in batch.shapes:
            if len(self.shapes) < MOST_SHAPES:
                self.shapes[shape.id] = shape
        for entry, count in batch.entries.items():
            self._enter(entry, count)
        self.statements += batch.lost.statements
        self.lost.statements += batch.lost.statements
        self.lost.unread += batch.lost.unread

    def _enter(self, entry: Entry, count: Count) -> None:
        self.statements += count.runs
        known = self.entries.get(entry)
        if known is not None:
            known.add(count)
        elif len(self.entries) < MOST_ENTRIES and entry.shape in self.shapes:
            self.entries[entry] = Count(count.runs, count.refused, count.first, count.last)
            self.users.add(entry.who.user)
        else:
            self.lost.statements += count.runs

    @property
    def waiting(self) -> int:
        """How many workers have not said yet that they have ended."""
        return len(self.sources) - len(self.ended)

    def header(self, taking: Taking) -> Header:
        """Return what a file of this says of itself."""
        return Header(
            began=taking.began,
            ended=taking.ended,
            made_by=taking.made_by,
            program=taking.program,
            workers=len(self.sources),
            observes=any(one.observes for one in self.sources.values()),
            strict=any(one.strict for one in self.sources.values()),
            statements=self.statements,
            shapes=len(self.shapes),
            users=len(self.users),
            entries=len(self.entries),
            lost=self.lost.statements,
            unread=self.lost.unread,
        )

    def as_file(self, taking: Taking) -> bytes:
        """Return all of it as the bytes of a file, what was sent most often first."""
        ordered = sorted(self.entries.items(), key=lambda one: -one[1].runs)
        return write_recording(self.header(taking), self.shapes.values(), ordered)
