"""What the names of a statement stand for, in an immutable picture of the database."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from pgtoll_policy.body import Body, BodyText
from pgtoll_policy.concerns import Concern
from pgtoll_policy.directory import FOREIGN, UPKEPT, Directory
from pgtoll_policy.effects import NO_EFFECT, Effect, combined, through
from pgtoll_policy.facts import Name
from pgtoll_policy.foreign_names import may_stray, plain_bodies
from pgtoll_policy.nodes import UPKEEP
from pgtoll_policy.oids import NO_OIDS, Oids
from pgtoll_policy.reachability import Reachable, close
from pgtoll_policy.relations import NO_PRODUCTS, Lineage, Relation
from pgtoll_policy.routines import NO_BODIES, OUR_SCHEMA, judge_functions
from pgtoll_policy.rows import CatalogRows, FunctionRow
from pgtoll_policy.system_relations import VALUE_HOLDERS
from pgtoll_policy.upkept import upkeep_words
from pgtoll_policy.vocabulary import Vocabulary, index_names

__all__ = ["Catalog", "CatalogRows", "Relation", "build_catalog", "unsettled"]

_ENDS = re.compile("commit|rollback|call", re.IGNORECASE)


class Relations(Mapping[int, Relation]):
    """The relations of a picture by oid, each made when somebody asks for it."""

    def __init__(self, directory: Directory, lineage: Lineage, reachable: Reachable) -> None:
        self._directory, self._lineage, self._reachable = directory, lineage, reachable
        self._made: dict[int, Relation] = {}

    def __getitem__(self, oid: int) -> Relation:
        found = self._made.get(oid)
        # If two threads ask at once, both get the one that was kept first.
        return found or self._made.setdefault(oid, self._make(oid))

    def __contains__(self, oid: object) -> bool:
        return oid in self._directory.relations

    def __iter__(self) -> Iterator[int]:
        return iter(self._directory.relations)

    def __len__(self) -> int:
        return len(self._directory.relations)

    def follows(self, oid: int) -> Oids:
        """Return the relations whose products are those of one as well; it need not be made."""
        return self._lineage.follows(oid)

    def _make(self, oid: int) -> Relation:
        row, lineage = self._directory.relations[oid], self._lineage
        return Relation(
            oid,
            row.schema,
            row.name,
            row.kind,
            reads=lineage.reads(oid),
            arrives=lineage.arrives(oid),
            only=lineage.only(oid),
            products=self._directory.pins.get(oid, NO_PRODUCTS),
            temporary=row.temporary,
            follows=lineage.follows(oid),
            effect=partial(self._reachable.relation, oid),
        )


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Catalog:
    """A picture of one database, closed over everything that a name may lead to."""

    relations: Relations
    directory: Directory
    vocabulary: Vocabulary
    certain: Mapping[int, Oids]  # what calls of functions certainly touch, by oid
    ambient: Effect = NO_EFFECT  # of what any statement may run without naming it
    on_ddl: Effect = NO_EFFECT  # of event triggers
    on_commit: Effect = NO_EFFECT  # of triggers that may wait for the end of the transaction
    on_upkeep: Effect = NO_EFFECT  # of making any index or statistics anew
    of_all: Effect = NO_EFFECT  # of making those of every table anew
    discreet: frozenset[str] = frozenset()  # roles that see no other role's statements
    upkeep: frozenset[str] = frozenset()  # the words of code that upkeep runs
    ambient_unwatchable: str = ""  # why text made at run time cannot be watched in this database
    ambient_aside: Oids = NO_OIDS  # what such text may touch in a parallel worker
    defers: bool = False  # some trigger may wait for the end of the transaction
    strays: bool = False  # names beyond ASCII may stand for what is not found by them
    committing: frozenset[str] = frozenset()  # procedures that may end a transaction, by name
    unread: Effect = NO_EFFECT  # of some function that is not read, if there is one
    noticing: int = 0  # our function that notices changes of the catalog, by its oid
    version: int = 0

    def named(self, name: Name) -> list[Relation]:
        """Return every relation that a name may mean, in every schema if it has none."""
        return [self.relations[oid] for oid in self.directory.named(name)]

    def indexed(self, name: Name) -> list[Relation]:
        """Return the table of every index that a name may mean."""
        return [
            self.relations[index.table]
            for index in self.directory.indexes.get(name.name, ())
            if name.schema in ("", "pg_temp", index.schema) and index.table in self.relations
        ]

    def of_oids(self, oids: Iterable[int]) -> frozenset[Relation]:
        """Return the relations of these oids."""
        return frozenset(self.relations[oid] for oid in oids)


def build_catalog(
    rows: CatalogRows,
    directory: Directory | None = None,
    *,
    trusted: Collection[str] = (),
    version: int = 0,
    bodies: Mapping[BodyText, Body] = NO_BODIES,
) -> Catalog:
    """Return the picture that these rows make. With a `directory`, what it holds is not taken from
    the rows. `trusted` holds the qualified names of functions that a DBA vouches for, such as
    "public.f", or "public.f(integer)" whoever owns it: they count as harmless. `bodies` are those
    that have been read; a function without one is opaque."""
    directory = directory or Directory.of(rows)
    strays = may_stray(rows, directory)
    bodies = plain_bodies(bodies) if strays else bodies
    foreign = [directory.relations[oid].name for oid in directory.marked.get(FOREIGN, ())]
    elsewhere = dict.fromkeys(VALUE_HOLDERS, "shows values without touching their tables")
    elsewhere |= dict.fromkeys(foreign, "uses another connection")
    routines = judge_functions(rows.functions, trusted, elsewhere, bodies)
    lexicon = index_names(rows, routines)
    lineage = Lineage(directory)
    reachable = close(rows, directory, lineage, routines, lexicon)
    effects = reachable.functions
    relations = Relations(directory, lineage, reachable)
    own = {oid: effects[oid] for oid in routines}
    theirs = [one for one in routines.values() if one.schema != OUR_SCHEMA]
    return Catalog(
        relations,
        directory,
        Vocabulary(lexicon, effects),
        reachable.certain,
        ambient=_hooks(effects, ((one.function, one.what) for one in rows.anywhere)),
        on_ddl=_hooks(effects, ((oid, "an event trigger") for oid in rows.event_triggers)),
        on_upkeep=_hooks(
            effects, ((one.function, one.what) for one in rows.anywhere if one.what != "a cast")
        ),
        of_all=combined(reachable.relation(oid, UPKEEP) for oid in _upkept(directory)),
        discreet=frozenset(rows.discreet),
        upkeep=upkeep_words(rows, directory),
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
    )


def _upkept(directory: Directory) -> Iterable[int]:
    """Return the relations whose upkeep runs code of their own: that of others only leads there."""
    return (oid for oid in directory.marked.get(UPKEPT, ()) if oid in directory.relations)


def _notices(function: FunctionRow) -> bool:
    return (function.schema, function.name) == (OUR_SCHEMA, "notice_ddl")


def unsettled(catalog: Catalog, reason: str) -> Catalog:
    """Return the picture as of one that may be out of date: nothing is proven by it."""
    doubt = Effect(concern=Concern(reason, runs_text=True))
    return replace(catalog, ambient=combined([doubt, catalog.ambient]))


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
