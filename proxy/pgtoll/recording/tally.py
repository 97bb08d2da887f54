"""What a worker has seen while somebody records: counted in memory, taken about once a second.

The statements of who lacks nothing are read here only, behind their sessions' backs: nobody waits
for it. All is bounded; what does not fit is counted as lost.
"""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from pgtoll.parsing.facts_cache import FactsCache
from pgtoll.recording.shapes import NOT_READ, Shape, shapes_of, unreadable_shape, unseen_shape
from pgtoll_policy.catalog import Catalog
from pgtoll_policy.facts import Script
from pgtoll_policy.shape import MAX_BYTES, shape_of
from pgtoll_policy.unread import UNSEEN
from pgtoll_policy.verdict import Kind, Verdict

MOST_ENTRIES = 50_000  # that wait to be taken
MOST_TEXTS = 8_192  # whose shapes are known without another look
LONGEST_KNOWN = 2 << 10  # bytes of such a text
MOST_SHAPES = 20_000
SHAPE_BYTES = 16 << 20  # of their texts
MOST_WAITING = 2_000  # texts that are to be read
WAITING_BYTES = 8 << 20  # of them together

_ALLOWED = Verdict(Kind.ALLOW)
_NOT_READABLE = "it is not readable in its client_encoding"


class Who(NamedTuple):
    """Whose statements they are, and how the session is judged."""

    user: str  # whose licenses count
    role: str  # that has logged in
    impersonates: bool = False


class Said(NamedTuple):
    """A statement's text, and how the server reads it."""

    key: object  # what its facts are kept by
    sql: bytes
    text: Callable[[bytes], str | None]
    standard: bool  # standard_conforming_strings

    @property
    def plain(self) -> bool:
        """Whether it is UTF-8, and read with `standard_conforming_strings = on`."""
        return self.key is self.sql


class Entry(NamedTuple):
    """What statements are counted by."""

    shape: str
    who: Who
    kind: Kind
    product: str  # of a refusal


@dataclass(slots=True)
class Count:
    """How often, and when."""

    runs: int = 0  # that were sent
    refused: int = 0  # of them; in observe mode, those that would have been
    first: int = 0  # seconds since 1970
    last: int = 0

    def add(self, other: "Count") -> None:
        self.runs += other.runs
        self.refused += other.refused
        self.first = min(self.first or other.first, other.first)
        self.last = max(self.last, other.last)


class Run(NamedTuple):
    """What is known of a text that was sent before it is known what it says."""

    who: Who
    verdicts: tuple[Verdict, ...]
    told: bool = False  # the client was told no


@dataclass(slots=True)
class Waiting:
    """A text that is to be read, and what was counted of it meanwhile."""

    said: Said
    text: str
    user: str
    counts: dict[Run, Count] = field(default_factory=dict)
    alike: dict[Run, Count] = field(default_factory=dict)  # of texts that may have its shape
    done: bool = False


@dataclass(slots=True)
class Lost:
    """What there was no room for."""

    statements: int = 0  # not counted by shape and user
    unread: int = 0  # counted, but nobody could read them


@dataclass(slots=True)
class Harvest:
    """What is taken at once."""

    shapes: dict[str, Shape] = field(default_factory=dict)  # those of the entries
    entries: dict[Entry, Count] = field(default_factory=dict)
    lost: Lost = field(default_factory=Lost)


Shapes = tuple[Shape, ...]


class Tally:
    """Counts the statements of one worker's sessions."""

    def __init__(self, facts: FactsCache, catalog: Callable[[], Catalog], second: int) -> None:
        self.second = second  # since 1970; whoever takes what was counted keeps it current
        self._facts = facts
        self._catalog = catalog
        self._texts: dict[object, Shapes | Waiting] = {}
        self._shapes: dict[bytes, Shapes | Waiting | None] = {}  # None: constants matter
        self._shape_bytes = 0
        self._waiting: deque[Waiting] = deque()
        self._waiting_bytes = 0
        self._known: dict[str, Shape] = {}
        self._entries: dict[Entry, Count] = {}
        self._lost = Lost()

    # What sessions tell

    def ran(
        self, who: Who, said: Said, verdicts: Sequence[Verdict], *, observed: bool = False
    ) -> None:
        """A text was sent to the server, and what is refused in it will be told.

        Without verdicts, nobody has judged it, since nothing is refused to its user. Where somebody
        only `observed`, refusals are told by the verdicts alone.
        """
        self._add(Run(who, tuple(verdicts), observed), said, self._one())

    def ran_unseen(self, who: Who, verdict: Verdict, why: str, *, refused: bool = False) -> None:
        """A statement was sent of which there is no text, or none that can be read."""
        shape = unseen_shape() if why in ("", UNSEEN.opaque) else unreadable_shape(why)
        self._enter(shape, who, verdict, self._one(refused=int(refused)))

    def refused(self, who: Who, said: Said, verdict: Verdict) -> None:
        """A client was told no: by what reading has found, or by a check behind a statement."""
        word = verdict.rule.partition(" ")[0]
        checked = {"watch": Kind.WATCH, "cap": Kind.CAP}.get(word)
        if checked is not None:  # that it was sent is counted
            verdict = Verdict(checked, schema=verdict.schema, table=verdict.table)
        self._add(Run(who, (verdict,), True), said, self._one(runs=int(checked is None), refused=1))

    def _one(self, *, runs: int = 1, refused: int = 0) -> Count:
        return Count(runs, refused, self.second, self.second)

    # What is read, and taken

    def next_unread(self) -> Waiting | None:
        """Return a text that is to be read; `learned` is to be told what it says."""
        return self._waiting.popleft() if self._waiting else None

    @property
    def reads(self) -> bool:
        """Whether some text is to be read, or being read."""
        return self._waiting_bytes > 0

    def learned(self, waiting: Waiting, script: Script | None) -> None:
        """A text that waited was read; None when it could not be."""
        said, waiting.done = waiting.said, True
        self._waiting_bytes -= len(said.sql)
        shape = self._shape(said)
        if script is None:
            self._texts.pop(said.key, None)
            if shape is not None:
                self._shapes.pop(shape, None)
            self._give_up(waiting.counts | waiting.alike)
            return
        shapes = self._keep(said, script, shape)
        for run, count in waiting.counts.items():
            self._count(shapes, run, count)
        if not script.shapeable:
            self._give_up(waiting.alike)
            return
        for run, count in waiting.alike.items():
            self._count(shapes, run, count)

    def harvest(self) -> Harvest:
        """Return what was counted since the last time, and begin anew."""
        shapes = {entry.shape: self._known[entry.shape] for entry in self._entries}
        taken = Harvest(shapes, self._entries, self._lost)
        self._entries, self._lost, self._known = {}, Lost(), {}
        if len(self._shapes) > MOST_SHAPES or self._shape_bytes > SHAPE_BYTES:
            self._shapes, self._shape_bytes = {}, 0
        return taken

    def put_back(self, harvest: Harvest) -> None:
        """What was taken could not be handed on."""
        for entry, count in harvest.entries.items():
            verdict = Verdict(entry.kind, product=entry.product)
            self._enter(harvest.shapes[entry.shape], entry.who, verdict, count)
        self._lost.statements += harvest.lost.statements
        self._lost.unread += harvest.lost.unread

    def read_no_more(self) -> None:
        """Nothing that waits is going to be read."""
        while (waiting := self.next_unread()) is not None:
            self.learned(waiting, None)

    # How

    def _add(self, run: Run, said: Said, count: Count) -> None:
        found = self._texts.get(said.key) if len(said.sql) <= LONGEST_KNOWN else None
        if found is None:
            found = self._find(said, run.who.user)
        match found:
            case tuple():
                self._count(found, run, count)
            case Waiting():
                counts = found.counts if found.said.key == said.key else found.alike
                counts.setdefault(run, Count()).add(count)
            case None:
                self._give_up({run: count})

    def _find(self, said: Said, user: str) -> Shapes | Waiting | None:
        """Return the shapes of a text that was not asked for lately; None: there is no room."""
        shape = self._shape(said)
        if shape is not None and (known := self._shapes.get(shape)) is not None:
            self._remember(said, known)
            return known
        facts = self._facts.find(said.key, said.sql if said.plain else None)
        if facts is not None:
            return self._keep(said, facts.script, shape)
        if (text := said.text(said.sql)) is None:
            return (unreadable_shape(_NOT_READABLE),)
        return self._wait(Waiting(said, text, user), shape)

    def _wait(self, waiting: Waiting, shape: bytes | None) -> Waiting | None:
        size = len(waiting.said.sql)
        if len(self._waiting) >= MOST_WAITING or self._waiting_bytes + size > WAITING_BYTES:
            return None
        self._waiting.append(waiting)
        self._waiting_bytes += size
        self._remember(waiting.said, waiting)
        if shape is not None and shape not in self._shapes:
            self._keep_shape(shape, waiting)
        return waiting

    def _keep(self, said: Said, script: Script, shape: bytes | None) -> Shapes:
        shapes = shapes_of(script, said.sql, self._catalog(), plain=said.plain)
        self._remember(said, shapes)
        if shape is not None:
            self._keep_shape(shape, shapes if script.shapeable else None)
        return shapes

    def _keep_shape(self, shape: bytes, found: Shapes | Waiting | None) -> None:
        self._shape_bytes += 0 if shape in self._shapes else len(shape)
        self._shapes[shape] = found

    def _remember(self, said: Said, found: Shapes | Waiting) -> None:
        if len(said.sql) > LONGEST_KNOWN or (isinstance(found, Waiting) and found.said is not said):
            return
        if len(self._texts) >= MOST_TEXTS:
            self._texts = {
                key: one
                for key, one in self._texts.items()
                if isinstance(one, Waiting) and not one.done
            }
        self._texts[said.key] = found

    def _shape(self, said: Said) -> bytes | None:
        return shape_of(said.sql) if said.plain and len(said.sql) <= MAX_BYTES else None

    def _give_up(self, counts: dict[Run, Count]) -> None:
        shape = unreadable_shape(NOT_READ)
        for run, count in counts.items():
            self._lost.unread += count.runs
            self._enter(shape, run.who, next(iter(run.verdicts), _ALLOWED), count)

    def _count(self, shapes: Shapes, run: Run, count: Count) -> None:
        for shape, verdict in _paired(shapes, run, count):
            refuses = verdict.kind is Kind.REFUSE
            if refuses and not run.told:
                return  # the client is told, and then this is
            observed = refuses and not count.refused
            refused = count.runs if observed else count.refused
            one = Count(count.runs, refused, count.first, count.last)
            self._enter(shape, run.who, verdict, one)

    def _enter(self, shape: Shape, who: Who, verdict: Verdict, count: Count) -> None:
        entry = Entry(shape.id, who, verdict.kind, verdict.product)
        if (known := self._entries.get(entry)) is None:
            if len(self._entries) >= MOST_ENTRIES:
                self._lost.statements += count.runs
                return
            known = self._entries[entry] = Count()
            self._known[shape.id] = shape
        known.add(count)


def _paired(shapes: Shapes, run: Run, count: Count) -> Iterable[tuple[Shape, Verdict]]:
    """Pair each statement with what was ruled on it."""
    if not run.verdicts:
        return [(shape, _ALLOWED) for shape in shapes]
    if len(shapes) == len(run.verdicts):
        return zip(shapes, run.verdicts, strict=True)
    verdict = run.verdicts[0]
    if count.refused:  # one of them was: that which names the table, if any does
        named = (one for one in shapes if f"{verdict.schema}.{verdict.table}" in one.touches)
        return [(next(named, shape), verdict) for shape in shapes[:1]]
    return [(shape, verdict) for shape in shapes]
