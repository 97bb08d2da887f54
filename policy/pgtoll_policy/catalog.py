"""What the names of a statement stand for, in an immutable picture of the database."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from pgtoll_policy import reachability as done
from pgtoll_policy.body import Body, BodyText
from pgtoll_policy.closure import members
from pgtoll_policy.concerns import Concern
from pgtoll_policy.effects import NO_EFFECT, Effect, combined, through
from pgtoll_policy.facts import Name
from pgtoll_policy.foreign_names import may_stray, plain_bodies
from pgtoll_policy.reachability import Reachable, close
from pgtoll_policy.relations import Lineage, Relation, trace
from pgtoll_policy.routines import NO_BODIES, OUR_SCHEMA, judge_functions
from pgtoll_policy.rows import CatalogRows, FunctionRow, IndexRow, RelationRow
from pgtoll_policy.system_relations import VALUE_HOLDERS
from pgtoll_policy.upkept import upkeep_words
from pgtoll_policy.vocabulary import Vocabulary, index_names, schema_matches

__all__ = ["Catalog", "CatalogRows", "Relation", "build_catalog", "unsettled"]

_ENDS = re.compile("commit|rollback|call", re.IGNORECASE)


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Catalog:
    """A picture of one database, closed over everything that a name may lead to."""

    relations: Mapping[int, Relation]  # by oid; in the order of the bits that stand for them
    by_name: Mapping[str, tuple[Relation, ...]]
    vocabulary: Vocabulary
    certain: Mapping[int, int]  # what calls of functions certainly touch, by oid
    ambient: Effect = NO_EFFECT  # of what any statement may run without naming it
    on_ddl: Effect = NO_EFFECT  # of event triggers
    on_commit: Effect = NO_EFFECT  # of triggers that may wait for the end of the transaction
    on_upkeep: Effect = NO_EFFECT  # of making any index or statistics anew
    of_all: Effect = NO_EFFECT  # of making those of every table anew
    indexes: Mapping[str, tuple[IndexRow, ...]] = field(default_factory=dict)  # by their names
    discreet: frozenset[str] = frozenset()  # roles that see no other role's statements
    upkeep: frozenset[str] = frozenset()  # the words of code that upkeep runs
    ambient_unwatchable: str = ""  # why text made at run time cannot be watched in this database
    ambient_aside: int = 0  # what such text may touch in a parallel worker
    defers: bool = False  # some trigger may wait for the end of the transaction
    strays: bool = False  # names beyond ASCII may stand for what is not found by them
    committing: frozenset[str] = frozenset()  # procedures that may end a transaction, by name
    unread: Effect = NO_EFFECT  # of some function that is not read, if there is one
    noticing: int = 0  # our function that notices changes of the catalog, by its oid
    version: int = 0
    order: tuple[Relation, ...] = ()

    def named(self, name: Name) -> list[Relation]:
        """Return every relation that a name may mean, in every schema if it has none."""
        return [
            relation
            for relation in self.by_name.get(name.name, ())
            if schema_matches(name.schema, relation.schema, temporary=relation.temporary)
        ]

    def indexed(self, name: Name) -> list[Relation]:
        """Return the table of every index that a name may mean."""
        return [
            self.relations[index.table]
            for index in self.indexes.get(name.name, ())
            if name.schema in ("", "pg_temp", index.schema) and index.table in self.relations
        ]

    def of_bits(self, bits: int) -> frozenset[Relation]:
        """Return the relations that a set of bits stands for."""
        return frozenset(self.order[place] for place in members(bits))


def build_catalog(
    rows: CatalogRows,
    *,
    trusted: Collection[str] = (),
    version: int = 0,
    bodies: Mapping[BodyText, Body] = NO_BODIES,
) -> Catalog:
    """Return the picture that these rows make. `trusted` holds the qualified names of functions
    that a DBA vouches for, such as "public.f", or "public.f(integer)" whoever owns it: they count
    as harmless. `bodies` are those that have been read; a function without one is opaque."""
    strays = may_stray(rows)
    bodies = plain_bodies(bodies) if strays else bodies
    foreign = [row.name for row in rows.relations if row.kind == "f"]
    elsewhere = dict.fromkeys(VALUE_HOLDERS, "shows values without touching their tables")
    elsewhere |= dict.fromkeys(foreign, "uses another connection")
    routines = judge_functions(rows.functions, trusted, elsewhere, bodies)
    lexicon = index_names(rows, routines)
    lineage = trace(rows)
    places = _places_by_name(rows.relations)

    def named(name: Name) -> Iterable[int]:
        for place in places.get(name.name, ()):
            row = rows.relations[place]
            if schema_matches(name.schema, row.schema, temporary=row.temporary):
                yield place

    reachable = close(rows, lineage, routines, lexicon, named)
    effects = reachable.functions
    relations = _relations(rows, lineage, reachable)
    own = {oid: effects[oid] for oid in routines}
    theirs = [one for one in routines.values() if one.schema != OUR_SCHEMA]
    return Catalog(
        {one.oid: one for one in relations},
        {name: tuple(relations[at] for at in group) for name, group in places.items()},
        Vocabulary(lexicon, effects),
        reachable.certain,
        ambient=_hooks(effects, ((one.function, one.what) for one in rows.anywhere)),
        on_ddl=_hooks(effects, ((oid, "an event trigger") for oid in rows.event_triggers)),
        on_upkeep=_hooks(
            effects, ((one.function, one.what) for one in rows.anywhere if one.what != "a cast")
        ),
        of_all=combined(one.on_upkeep for one in relations),
        indexes=_by_name(rows.indexes),
        discreet=frozenset(rows.discreet),
        upkeep=upkeep_words(rows),
        on_commit=_hooks(effects, ((oid, "a deferred trigger") for oid in rows.deferred)),
        ambient_unwatchable=_text_danger(
            # Ours look at who calls them.
            {str(one): own[one.oid] for one in theirs},
            foreign,
        ),
        ambient_aside=combined(own.values()).aside,
        defers=bool(rows.deferred),
        strays=strays,
        committing=frozenset(one.name for one in rows.functions if _may_end(one)),
        unread=next((Effect(concern=one.concern) for one in theirs if one.concern), NO_EFFECT),
        noticing=next((one.oid for one in rows.functions if _notices(one)), 0),
        version=version,
        order=relations,
    )


def _notices(function: FunctionRow) -> bool:
    return (function.schema, function.name) == (OUR_SCHEMA, "notice_ddl")


def unsettled(catalog: Catalog, reason: str) -> Catalog:
    """Return the picture as of one that may be out of date: nothing is proven by it."""
    doubt = Effect(concern=Concern(reason, runs_text=True))
    return replace(catalog, ambient=combined([doubt, catalog.ambient]))


def _by_name(indexes: Iterable[IndexRow]) -> dict[str, tuple[IndexRow, ...]]:
    found: dict[str, tuple[IndexRow, ...]] = {}
    for index in indexes:
        found[index.name] = (*found.get(index.name, ()), index)
    return found


def _places_by_name(relations: Iterable[RelationRow]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for place, row in enumerate(relations):
        places.setdefault(row.name, []).append(place)
    return places


def _relations(rows: CatalogRows, lineage: Lineage, reachable: Reachable) -> tuple[Relation, ...]:
    pins: dict[int, set[str]] = {}
    for pin in rows.pins:
        pins.setdefault(pin.relation, set()).add(pin.product)
    return tuple(
        Relation(
            row.oid,
            row.schema,
            row.name,
            row.kind,
            reads=lineage.reads[place],
            arrives=lineage.arrives[place],
            only=lineage.only[place],
            on_read=effects[done.READ],
            on_only=effects[done.ALONE],
            on_insert=effects[done.INSERT],
            on_update=effects[done.UPDATE],
            on_delete=effects[done.DELETE],
            on_truncate=effects[done.TRUNCATE],
            on_change=combined(effects[way] for way in done.CHANGES),
            on_upkeep=effects[done.UPKEEP],
            on_empty=effects[done.EMPTY],
            products=frozenset(pins.get(row.oid, ())),
            temporary=row.temporary,
            follows=lineage.follows[place],
        )
        for place, (row, effects) in enumerate(
            zip(rows.relations, reachable.relations, strict=True)
        )
    )


def _hooks(effects: Mapping[int, Effect], hooks: Iterable[tuple[int, str]]) -> Effect:
    return combined(through(effects[oid], what) for oid, what in hooks if oid in effects)


def _may_end(function: FunctionRow) -> bool:
    """Tell whether a procedure may end the transaction, by itself or by another that it calls."""
    return function.kind == "p" and bool(_ENDS.search(function.body))


def _text_danger(effects: Mapping[str, Effect], foreign: list[str]) -> str:
    """Return why text that is put together at run time cannot be watched here, "" if it can."""
    faulty = [
        (name, effect.concern.unwatchable)
        for name, effect in effects.items()
        if effect.concern and effect.concern.unwatchable
    ]
    # The shortest is the fault itself, not what leads to it.
    if worst := min(faulty, key=lambda one: len(one[1]), default=None):
        return f'may call function "{worst[0]}", which {worst[1]}'
    return f'may read foreign table "{foreign[0]}"' if foreign else ""
