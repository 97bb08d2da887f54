"""What one relation's name stands for: everything that is read or changed where it is named."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from pgtoll_policy.concerns import SYSTEM_SCHEMAS, Concern, gravest, system_read_concern
from pgtoll_policy.rows import CatalogRows, Pair, RelationRow

NO_OIDS: frozenset[int] = frozenset()
NO_PRODUCTS: frozenset[str] = frozenset()

Edges = Mapping[int, Collection[int]]
Concerns = Mapping[int, list[Concern]]


@dataclass(frozen=True, slots=True)
class Change:
    """What may happen besides when a relation's rows change."""

    touches: frozenset[int] = NO_OIDS  # foreign keys and rules look there, or change it
    concern: Concern | None = None  # why code may run that cannot be read
    spreads: bool = False  # whether rows may be inserted somewhere else


NO_CHANGE = Change()


@dataclass(frozen=True, slots=True)
class Relation:
    """One relation of the database, closed over views, rules, inheritance and pins."""

    oid: int
    schema: str
    name: str
    kind: str = "r"  # as pg_class.relkind has it
    reads: frozenset[int] = NO_OIDS  # what it stands for, read or written: itself, a view's
    # relations, a sequence's table, the tables it inherits from, those that inherit from it
    behind: frozenset[int] = NO_OIDS  # what reading it may touch besides: its row security
    on_read: Concern | None = None  # why reading it may run code that cannot be read
    on_upkeep: Concern | None = None  # why making its indexes and statistics anew may run such code
    on_insert: Change = NO_CHANGE  # what inserting may do, or updating on a conflict
    on_change: Change = NO_CHANGE  # what any change of it may do
    products: frozenset[str] = NO_PRODUCTS  # by its pins; none: by its name
    temporary: bool = False
    follows: frozenset[int] = NO_OIDS  # whose products are its own as well: parents, the relations
    # of a materialized view, a sequence's table

    def __hash__(self) -> int:
        return self.oid

    @property
    def derived(self) -> bool:
        """Whether base does not own it by default: what it stands for has products."""
        return self.kind in "vS" or (self.kind != "m" and bool(self.follows))


def close_relations(
    rows: CatalogRows, function_concern: Callable[[int], Concern | None]
) -> dict[int, Relation]:
    """Return every relation by its oid, closed over what the rows say of it."""
    graph = _graph(rows)
    reading, writing = _concerns(rows, function_concern)
    upkeep = _upkeep_concerns(rows, function_concern)
    pins: dict[int, set[str]] = {}
    for pin in rows.pins:
        pins.setdefault(pin.relation, set()).add(pin.product)
    return {
        row.oid: replace(
            _close(row, graph, reading, writing, frozenset(pins.get(row.oid, NO_PRODUCTS))),
            on_upkeep=_gravest_of(_follow((row.oid,), graph.below), upkeep),
        )
        for row in rows.relations
    }


@dataclass(frozen=True, slots=True)
class _Graph:
    """Which relations lead to which, by the way they do."""

    below: Edges  # a view's relations, children, a sequence's table
    above: Edges  # parents
    inserted: Edges  # below, and what an insert changes: rules' targets, cascades of a conflict
    changed: Edges  # the same, and cascades of a DELETE
    beside: Edges  # what a change looks at: foreign keys, either way, and sequences
    behind: Edges  # what row security looks at
    ruled: frozenset[int]
    known: frozenset[int]


def _graph(rows: CatalogRows) -> _Graph:
    upside_down = [(parent, child) for child, parent in rows.inheritance]
    below = [*rows.views, *upside_down, *rows.owned]
    keys = [(key.child, key.parent) for key in rows.keys]
    on_update = [(key.parent, key.child) for key in rows.keys if key.on_update]
    on_delete = [(key.parent, key.child) for key in rows.keys if key.on_delete]
    inserted = [*below, *rows.rules, *on_update]
    return _Graph(
        below=_edges(below),
        above=_edges(rows.inheritance),
        inserted=_edges(inserted),
        changed=_edges([*inserted, *on_delete]),
        beside=_edges([*keys, *((parent, child) for child, parent in keys), *rows.used]),
        behind=_edges(rows.policies),
        ruled=frozenset(relation for relation, _ in rows.rules),
        known=frozenset(row.oid for row in rows.relations),
    )


def _edges(pairs: Iterable[Pair]) -> dict[int, set[int]]:
    edges: dict[int, set[int]] = {}
    for start, end in pairs:
        edges.setdefault(start, set()).add(end)
    return edges


def _follow(start: Collection[int], edges: Edges) -> set[int]:
    """Return the start and all that the edges lead to from it."""
    found, pending = set(start), list(start)
    while pending:
        new = set(edges.get(pending.pop(), ())) - found
        found |= new
        pending += new
    return found


def _ends(start: Iterable[int], edges: Edges) -> set[int]:
    return {end for oid in start for end in edges.get(oid, ())}


def _close(
    row: RelationRow, graph: _Graph, reading: Concerns, writing: Concerns, pins: frozenset[str]
) -> Relation:
    below = _follow((row.oid,), graph.below)
    reads = _follow(below, graph.above)
    behind = _follow(_ends(reads, graph.behind), graph.below)
    follows = _follow((row.oid,), graph.above) | (below if row.kind in "mS" else set())
    inserted, changed = _follow(below, graph.inserted), _follow(below, graph.changed)
    on_insert = _change(inserted, reads, graph, reading, writing)
    same = inserted == changed
    return Relation(
        row.oid,
        row.schema,
        row.name,
        row.kind,
        reads=frozenset(reads & graph.known),
        behind=frozenset((behind & graph.known) - reads),
        on_read=_gravest_of(below, reading),
        on_insert=on_insert,
        on_change=on_insert if same else _change(changed, reads, graph, reading, writing),
        products=pins,
        temporary=row.temporary,
        follows=frozenset((follows - {row.oid}) & graph.known),
    )


def _change(
    changed: set[int], reads: set[int], graph: _Graph, reading: Concerns, writing: Concerns
) -> Change:
    touches = changed | _follow(_ends(changed, graph.beside), graph.below)
    touches |= _follow(_ends(touches, graph.behind), graph.below)
    concerns = (_gravest_of(changed, writing), _gravest_of(touches, reading))
    return Change(
        frozenset((touches & graph.known) - reads),
        gravest(concern for concern in concerns if concern),
        not graph.ruled.isdisjoint(changed),
    )


def _gravest_of(oids: Iterable[int], concerns: Concerns) -> Concern | None:
    return gravest(concern for oid in sorted(oids) for concern in concerns.get(oid, ()))


def _concerns(
    rows: CatalogRows, function_concern: Callable[[int], Concern | None]
) -> tuple[Concerns, Concerns]:
    """Return what speaks against reading each relation, and against writing it."""
    reading: dict[int, list[Concern]] = {}
    writing: dict[int, list[Concern]] = {}

    def add(oid: int, concern: Concern | None, *, both: bool) -> None:
        if concern:
            (reading if both else writing).setdefault(oid, []).append(concern)

    for row in rows.relations:
        add(row.oid, _read_concern(row), both=True)
        add(row.oid, _write_concern(row), both=False)
    for hook in rows.attached:
        add(hook.relation, function_concern(hook.function), both=hook.reading)
    return reading, writing


def _upkeep_concerns(
    rows: CatalogRows, function_concern: Callable[[int], Concern | None]
) -> Concerns:
    """Return what speaks against making indexes and statistics of each relation anew."""
    found: dict[int, list[Concern]] = {}
    for hook in rows.attached:
        if hook.upkeep and (concern := function_concern(hook.function)):
            found.setdefault(hook.relation, []).append(concern)
    return found


def _read_concern(row: RelationRow) -> Concern | None:
    if row.kind == "f":
        return Concern(f'foreign table "{row.name}" is elsewhere', "uses another connection")
    return system_read_concern(row.schema, row.name)


def _write_concern(row: RelationRow) -> Concern | None:
    if row.schema in SYSTEM_SCHEMAS:
        return Concern(f'system relation "{row.name}" is changed')
    return None
