"""What one relation's name stands for: everything that is read or changed where it is named."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from pgtoll_policy.closure import united
from pgtoll_policy.concerns import SYSTEM_SCHEMAS, Concern, system_read_concern
from pgtoll_policy.directory import Directory
from pgtoll_policy.effects import NO_EFFECT, Effect, combined
from pgtoll_policy.facts import Name, Statement
from pgtoll_policy.nodes import (
    ALONE,
    CHANGES,
    DELETE,
    EMPTY,
    INSERT,
    READ,
    TRUNCATE,
    UPDATE,
    UPKEEP,
)
from pgtoll_policy.oids import NO_OIDS, Oids
from pgtoll_policy.rows import RelationRow

TOAST = "pg_toast"
NO_PRODUCTS: frozenset[str] = frozenset()


def _no_effect(way: int) -> Effect:
    return NO_EFFECT


@dataclass(frozen=True, slots=True)
class Relation:
    """One relation of the database, closed over views, rules, inheritance and pins."""

    oid: int
    schema: str
    name: str
    kind: str = "r"  # as pg_class.relkind has it
    reads: Oids = NO_OIDS  # what it stands for, read or written: itself, a view's relations, a
    # sequence's table, the tables it inherits from, those that inherit from it
    products: frozenset[str] = NO_PRODUCTS  # by its pins; none: by its name
    temporary: bool = False
    arrives: Oids = NO_OIDS  # those of `reads` that new rows alone go to or are seen in
    only: Oids = NO_OIDS  # and those that it stands for behind ONLY, which views and partitions
    # ignore
    follows: Oids = NO_OIDS  # whose products are its own as well: parents, the relations of a
    # materialized view, a sequence's table
    effect: Callable[[int], Effect] = field(default=_no_effect, compare=False, repr=False)  # by way

    def __hash__(self) -> int:
        return self.oid

    @property
    def derived(self) -> bool:
        """Whether base does not own it by default: what it stands for has products."""
        return self.kind in "vS" or (self.kind != "m" and bool(self.follows))

    @property
    def on_read(self) -> Effect:
        return self.effect(READ)

    @property
    def on_only(self) -> Effect:
        """The effect of reading it without those that inherit from it."""
        return self.effect(ALONE)

    @property
    def on_insert(self) -> Effect:
        """The effect of inserting that updates nothing."""
        return self.effect(INSERT)

    @property
    def on_update(self) -> Effect:
        return self.effect(UPDATE)

    @property
    def on_delete(self) -> Effect:
        return self.effect(DELETE)

    @property
    def on_truncate(self) -> Effect:
        return self.effect(TRUNCATE)

    @property
    def on_change(self) -> Effect:
        """The effect of any change, but that new rows are not told of."""
        return combined(self.effect(way) for way in CHANGES)

    @property
    def on_upkeep(self) -> Effect:
        """The effect of making its indexes and statistics anew."""
        return self.effect(UPKEEP)

    @property
    def on_empty(self) -> Effect:
        """The effect of emptying it with all that refer to it."""
        return self.effect(EMPTY)


class Lineage:
    """What each relation stands for by its definition alone, worked out when it is asked for."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._ancestors = united(self._own, self._above)
        self._standing_for = united(self._own, self.below)
        self._reads = united(self._ancestors.of, self.below)
        self._arrives = united(self._ancestors.of, self._steps)

    def below(self, oid: int) -> list[int]:
        """Return one step: a view's relations, children, a sequence's table."""
        directory = self._directory
        views, children = directory.views.get(oid, ()), directory.children.get(oid, ())
        owners = directory.owners.get(oid, ())
        if not (views or children or owners):
            return []
        ends = {*views, *children, *owners}
        return sorted(end for end in ends if end in directory.relations)

    def is_alone(self, oid: int) -> bool:
        """Whether others inherit from a table that are no partitions of it."""
        return self._directory.is_parent(oid)

    def reads(self, oid: int) -> Oids:
        """Return all steps, and what those inherit from."""
        return self._reads.of(oid)

    def arrives(self, oid: int) -> Oids:
        """Return those without the tables below that rows inserted above do not go to."""
        return self._arrives.of(oid)

    def only(self, oid: int) -> Oids:
        """Return those without the tables below a table that is alone."""
        return self.arrives(oid) if self.is_alone(oid) else self.reads(oid)

    def follows(self, oid: int) -> Oids:
        """Return the relations whose products are its own as well."""
        made_of = self._directory.relations[oid].kind in "mS"
        if not (made_of or oid in self._directory.parents):
            return NO_OIDS
        ancestors = self._ancestors.of(oid)
        whole = ancestors | self._standing_for.of(oid) if made_of else ancestors
        return whole - Oids([oid])

    def _own(self, oid: int) -> Oids:
        return Oids([oid])

    def _above(self, oid: int) -> list[int]:
        parents = self._directory.parents.get(oid, ())
        return [one for one in parents if one in self._directory.relations]

    def _steps(self, oid: int) -> list[int]:
        return [] if self.is_alone(oid) else self.below(oid)


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
