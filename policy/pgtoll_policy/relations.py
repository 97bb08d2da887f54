"""What one relation's name stands for: everything that is read or changed where it is named."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from pgtoll_policy.closure import united
from pgtoll_policy.concerns import SYSTEM_SCHEMAS, Concern, system_read_concern
from pgtoll_policy.effects import NO_EFFECT, Effect
from pgtoll_policy.facts import Name, Statement
from pgtoll_policy.rows import CatalogRows, Pair, RelationRow

TOAST = "pg_toast"
NO_PRODUCTS: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Relation:
    """One relation of the database, closed over views, rules, inheritance and pins.

    Sets of relations are bits, by their places in the catalog.
    """

    oid: int
    schema: str
    name: str
    kind: str = "r"  # as pg_class.relkind has it
    reads: int = 0  # what it stands for, read or written: itself, a view's relations, a sequence's
    # table, the tables it inherits from, those that inherit from it
    on_read: Effect = NO_EFFECT
    on_only: Effect = NO_EFFECT  # of reading it without those that inherit from it
    on_insert: Effect = NO_EFFECT  # of inserting that updates nothing
    on_update: Effect = NO_EFFECT
    on_delete: Effect = NO_EFFECT
    on_truncate: Effect = NO_EFFECT
    on_change: Effect = NO_EFFECT  # of any change, but that new rows are not told of
    on_upkeep: Effect = NO_EFFECT  # of making its indexes and statistics anew
    on_empty: Effect = NO_EFFECT  # of emptying it with all that refer to it
    products: frozenset[str] = NO_PRODUCTS  # by its pins; none: by its name
    temporary: bool = False
    arrives: int = 0  # those of `reads` that new rows alone go to or are seen in
    only: int = 0  # and those that it stands for behind ONLY, which views and partitions ignore
    follows: int = 0  # whose products are its own as well: parents, the relations of a materialized
    # view, a sequence's table

    def __hash__(self) -> int:
        return self.oid

    @property
    def derived(self) -> bool:
        """Whether base does not own it by default: what it stands for has products."""
        return self.kind in "vS" or (self.kind != "m" and bool(self.follows))


@dataclass(frozen=True, slots=True)
class Lineage:
    """What each relation stands for by its definition alone, by its place."""

    places: Mapping[int, int]  # by oid
    below: Sequence[Collection[int]]  # one step: a view's relations, children, a sequence's table
    reads: Sequence[int]  # all steps, and what those inherit from
    arrives: Sequence[int]  # without the tables below that rows inserted above do not go to
    alone: frozenset[int]  # tables of which others inherit that are no partitions
    only: Sequence[int]  # without the tables below those
    follows: Sequence[int]


def trace(rows: CatalogRows) -> Lineage:
    """Return what relations stand for."""
    places = {row.oid: place for place, row in enumerate(rows.relations)}
    upside_down = [(parent, child) for child, parent in rows.inheritance]
    below = _steps([*rows.views, *upside_down, *rows.owned], places)
    above = _steps(rows.inheritance, places)
    own = [1 << place for place in range(len(places))]
    ancestors = united(own, above)
    standing_for = united(own, below)
    follows = [
        (ancestors[place] | (standing_for[place] if row.kind in "mS" else 0)) & ~own[place]
        for place, row in enumerate(rows.relations)
    ]
    reads = united(ancestors, below)
    alone = _parents(rows, places)
    steps = [() if place in alone else lower for place, lower in enumerate(below)]
    arrives = united(ancestors, steps)
    only = [arrives[place] if place in alone else reads[place] for place in range(len(places))]
    return Lineage(places, below, reads, arrives, alone, only, follows)


def _parents(rows: CatalogRows, places: Mapping[int, int]) -> frozenset[int]:
    """Return the tables with others below them that get no row by an INSERT into them."""
    parents = {places[parent] for _, parent in rows.inheritance if parent in places}
    return frozenset(place for place in parents if rows.relations[place].kind in "rf")


def changes_of(statement: Statement, found: Mapping[Name, Iterable[Relation]]) -> list[Effect]:
    """Return what the changes of what a statement writes may do; `found` is what names mean."""
    return [
        effect
        for name in sorted(statement.writes, key=str)
        for relation in found[name]
        for effect in _of_changing(relation, name, statement)
    ]


def _of_changing(relation: Relation, name: Name, statement: Statement) -> Iterable[Effect]:
    if name in statement.inserts:
        yield relation.on_insert
    if name in statement.updates:
        yield relation.on_update
    if name in statement.deletes:
        yield relation.on_delete
    if name in statement.truncates:
        yield relation.on_empty if name in statement.empties else relation.on_truncate
    if name not in statement.told:
        yield relation.on_change


def _steps(pairs: Iterable[Pair], places: Mapping[int, int]) -> list[list[int]]:
    steps: list[set[int]] = [set() for _ in places]
    for start, end in pairs:
        if start in places and end in places:
            steps[places[start]].add(places[end])
    return [sorted(ends) for ends in steps]


def read_concern(row: RelationRow) -> Concern | None:
    """Return what speaks against reading a relation, whatever is attached to it."""
    if row.kind == "f":
        return Concern(f'foreign table "{row.name}" is elsewhere', "uses another connection")
    return system_read_concern(row.schema, row.name)


def write_concern(row: RelationRow) -> Concern | None:
    """Return what speaks against changing a relation, whatever is attached to it."""
    if row.schema in SYSTEM_SCHEMAS:
        return Concern(f'system relation "{row.name}" is changed')
    return None


def unknown_concern(name: Name, *, inserts: bool = True) -> Concern:
    """Return what speaks against a relation that the catalog does not hold."""
    if TOAST in (name.schema, name.name[: len(TOAST)]):
        return Concern(f'relation "{name}" holds values of another', "is not that table itself")
    # What is not there runs nothing, and what came in between is asked about.
    told = f'relation "{name}" is not known'
    return Concern(told, inserts=inserts, invents=False, unread=False)
