"""The rows of a catalog by the relations that they are of, for lookups from both sides.

A directory never changes. When the rows of some relations are others, a new one is made of it
without looking at the rest: however many relations there are, that costs what has changed.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, fields
from typing import TypeVar

from pgtoll_policy.facts import Name
from pgtoll_policy.rows import (
    Attachment,
    CatalogRows,
    ForeignKey,
    IndexRow,
    PinRow,
    RelationRow,
)
from pgtoll_policy.vocabulary import schema_matches

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
Groups = Mapping[K, tuple[V, ...]]  # each in order, and none of them empty
Entry = tuple[K, V]

FOREIGN, TEMPORARY, UPKEPT = "foreign", "temporary", "upkept"  # relations that are looked for


@dataclass(frozen=True)
class Directory:
    """What the catalog says of each relation, by its oid."""

    relations: Mapping[int, RelationRow]
    named_so: Groups[str, int]  # relations by name
    parents: Groups[int, int]
    children: Groups[int, int]  # partitions too
    views: Groups[int, int]  # the relations that a view's query names
    rules: Groups[int, int]  # those that rules of a relation name; 0 for none
    policies: Groups[int, int]
    owners: Groups[int, int]  # the tables of a sequence
    sequences: Groups[int, int]  # in the defaults of a relation
    refers: Groups[int, ForeignKey]  # keys of a child
    referred: Groups[int, ForeignKey]  # keys to a parent
    attached: Groups[int, Attachment]
    indexes: Groups[str, IndexRow]  # by their names
    marked: Groups[str, int]  # relations that are FOREIGN, TEMPORARY or UPKEPT
    pins: Mapping[int, frozenset[str]]

    @classmethod
    def of(cls, rows: CatalogRows) -> "Directory":
        """Return the directory of these rows."""
        nothing: dict[str, dict[int, object]] = {one.name: {} for one in fields(cls)}
        return cls(**nothing).patched((), [rows]).pinned(rows.pins)  # type: ignore[arg-type]

    def patched(self, gone: Iterable[CatalogRows], come: Iterable[CatalogRows]) -> "Directory":
        """Return what it is without some rows and with others; pins stay as they are.

        All that is gone must be here. Only what is said of relations counts.
        """
        old, new = _Entries(gone), _Entries(come)
        relations = dict(self.relations)
        for oid, _ in old.relations:
            relations.pop(oid, None)
        relations.update(new.relations)
        groups = {
            name: _regrouped(getattr(self, name), getattr(old, name), getattr(new, name))
            for name in _GROUPED
        }
        return Directory(relations, **groups, pins=self.pins)

    def pinned(self, pins: Iterable[PinRow]) -> "Directory":
        """Return the same with these pins."""
        products: dict[int, set[str]] = {}
        for pin in pins:
            products.setdefault(pin.relation, set()).add(pin.product)
        groups = {name: getattr(self, name) for name in _GROUPED}
        frozen = {oid: frozenset(codes) for oid, codes in products.items()}
        return Directory(self.relations, **groups, pins=frozen)

    def named(self, name: Name) -> list[int]:
        """Return every relation that a name may mean, in every schema if it has none."""
        found = ((oid, self.relations[oid]) for oid in self.named_so.get(name.name, ()))
        return [
            oid
            for oid, row in found
            if schema_matches(name.schema, row.schema, temporary=row.temporary)
        ]

    def is_parent(self, oid: int) -> bool:
        """Whether tables inherit from one that are no partitions: it gets none of their rows."""
        return oid in self.children and self.relations[oid].kind in "rf"


class _Entries:
    """What rows add to each part of a directory."""

    def __init__(self, parts: Iterable[CatalogRows]) -> None:
        self.relations: list[Entry[int, RelationRow]] = []
        self.named_so: list[Entry[str, int]] = []
        self.parents: list[Entry[int, int]] = []
        self.children: list[Entry[int, int]] = []
        self.views: list[Entry[int, int]] = []
        self.rules: list[Entry[int, int]] = []
        self.policies: list[Entry[int, int]] = []
        self.owners: list[Entry[int, int]] = []
        self.sequences: list[Entry[int, int]] = []
        self.refers: list[Entry[int, ForeignKey]] = []
        self.referred: list[Entry[int, ForeignKey]] = []
        self.attached: list[Entry[int, Attachment]] = []
        self.indexes: list[Entry[str, IndexRow]] = []
        self.marked: list[Entry[str, int]] = []
        for rows in parts:
            self._add_relations(rows)
            self._add_pairs(rows)
            self._add_others(rows)

    def _add_relations(self, rows: CatalogRows) -> None:
        for row in rows.relations:
            self.relations.append((row.oid, row))
            self.named_so.append((row.name, row.oid))
            if row.kind == "f":
                self.marked.append((FOREIGN, row.oid))
            if row.temporary:
                self.marked.append((TEMPORARY, row.oid))

    def _add_pairs(self, rows: CatalogRows) -> None:
        for child, parent in rows.inheritance:
            self.parents.append((child, parent))
            self.children.append((parent, child))
        self.views += rows.views
        self.rules += rows.rules
        self.policies += rows.policies
        self.owners += rows.owned
        self.sequences += rows.used

    def _add_others(self, rows: CatalogRows) -> None:
        for key in rows.keys:
            self.refers.append((key.child, key))
            self.referred.append((key.parent, key))
        for hook in rows.attached:
            self.attached.append((hook.relation, hook))
        upkept = {hook.relation for hook in rows.attached if hook.upkeep}
        self.marked += [(UPKEPT, oid) for oid in upkept]
        self.indexes += [(row.name, row) for row in rows.indexes]


_GROUPED = [one.name for one in fields(Directory) if one.name not in ("relations", "pins")]


def _regrouped(
    groups: Groups[K, V], gone: Iterable[Entry[K, V]], come: Iterable[Entry[K, V]]
) -> Groups[K, V]:
    """Return groups without some entries and with others; each is in a group once."""
    minus, plus = _by_key(gone), _by_key(come)
    if not (minus or plus):
        return groups
    whole = dict(groups)
    for key, values in minus.items():
        left = set(whole.pop(key, ())).difference(values)
        if left:
            whole[key] = tuple(sorted(left))  # type: ignore[type-var]
    for key, values in plus.items():
        known = whole.get(key, ())
        # Most groups are one row, and new: there is nothing to sort.
        alone = len(values) == 1 and not known
        whole[key] = (values[0],) if alone else tuple(sorted({*known, *values}))  # type: ignore[type-var]
    return whole


def _by_key(entries: Iterable[Entry[K, V]]) -> dict[K, list[V]]:
    found: dict[K, list[V]] = {}
    for key, value in entries:
        found.setdefault(key, []).append(value)
    return found
