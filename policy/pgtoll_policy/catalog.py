"""What the names of a statement stand for, in an immutable picture of the database."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from pgtoll_policy.body import CATCHING, Body, BodyText
from pgtoll_policy.closure import members
from pgtoll_policy.concerns import Concern
from pgtoll_policy.effects import NO_EFFECT, Effect, combined, through
from pgtoll_policy.facts import NO_NAMES, Name, Statement
from pgtoll_policy.held import held_concern
from pgtoll_policy.inventing import invents, sets_alone
from pgtoll_policy.proof import (
    BY_NAMES,
    MAKES_ONE,
    OF_ALL,
    OF_ENDING,
    OF_INDEXES,
    PLAIN_CHANGES,
    QUERIES,
    change_concern,
    is_quiet,
    kind_concern,
    refuses_block,
    waiting_concern,
)
from pgtoll_policy.reachability import CHANGE, EMPTY, INSERT, READ, UPKEEP, Reachable, close
from pgtoll_policy.relations import Lineage, Relation, trace, unknown_concern
from pgtoll_policy.routines import NO_BODIES, OUR_SCHEMA, judge_functions
from pgtoll_policy.rows import CatalogRows, FunctionRow, IndexRow, RelationRow
from pgtoll_policy.system_relations import ACTIVITY, VALUE_HOLDERS
from pgtoll_policy.upkept import of_keeping, upkeep_words
from pgtoll_policy.vocabulary import Vocabulary, index_names, schema_matches

__all__ = [
    "Catalog",
    "CatalogRows",
    "Reach",
    "Relation",
    "build_catalog",
    "doubted",
    "reach",
    "unsettled",
]

NO_RELATIONS: frozenset[Relation] = frozenset()
_ENDS = re.compile("commit|rollback|call", re.IGNORECASE)
SYSTEM = "pg_catalog"


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
    committing: frozenset[str] = frozenset()  # procedures that may end a transaction, by name
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
            {str(one): own[oid] for oid, one in routines.items() if one.schema != OUR_SCHEMA},
            foreign,
        ),
        ambient_aside=combined(own.values()).aside,
        defers=bool(rows.deferred),
        committing=frozenset(one.name for one in rows.functions if _may_end(one)),
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
            on_read=reachable.relations[place][READ],
            on_insert=reachable.relations[place][INSERT],
            on_change=reachable.relations[place][CHANGE],
            on_upkeep=reachable.relations[place][UPKEEP],
            on_empty=reachable.relations[place][EMPTY],
            products=frozenset(pins.get(row.oid, ())),
            temporary=row.temporary,
            follows=lineage.follows[place],
        )
        for place, row in enumerate(rows.relations)
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


@dataclass(frozen=True, slots=True)
class Reach:
    """What a statement touches, its names resolved: the facts that a verdict needs."""

    statement: Statement
    reads: frozenset[Relation] = NO_RELATIONS  # all that is certainly read, changed or named
    named: frozenset[Relation] = NO_RELATIONS  # those of `reads` that stand in the text
    touches: frozenset[Relation] = NO_RELATIONS  # what may be touched besides
    aside: frozenset[Relation] = NO_RELATIONS  # those of all whose touch no account may show
    inserts: frozenset[Relation] = NO_RELATIONS  # those that may get rows
    unknown: frozenset[Name] = NO_NAMES  # relations that the picture does not hold
    opaque: str = ""  # why more may be touched; "" when `reads` and `touches` are proven to be all
    unwatchable: str = ""  # why the server's account would not show it, or cannot be asked
    may_insert: bool = True  # False only when it is proven that no table that counts gets a row
    elsewhere: bool = True  # False only when it is proven that none but `inserts` does
    moves: frozenset[Relation] = NO_RELATIONS  # partitioned tables changed, with their partitions
    function: str = ""  # the function whose being trusted would change `opaque`
    catches: bool = False  # it may undo a part of what it did, with the locks that told of it
    later: bool = False  # it leaves code to the server's upkeep that is not proven
    probes: bool = False  # it may tell whether a parameter of some name is there
    invents: bool = True  # False only when it is proven to make up no name of a parameter


Found = Mapping[Name, list[Relation]]


def reach(statement: Statement, catalog: Catalog, *, discreet: bool = False) -> Reach:
    """Return what a statement touches in the database as the picture shows it.

    To a `discreet` role, the server shows no other role's statements.
    """
    if statement.body:
        return _of_block(statement, catalog, discreet=discreet)
    effects = [Effect(concern=kind_concern(statement))]
    return _reach(statement, catalog, effects, discreet=discreet)


def _reach(
    statement: Statement, catalog: Catalog, besides: Iterable[Effect], *, discreet: bool
) -> Reach:
    """Return what a statement touches by the names in it, and by what it does `besides`."""
    found = _resolve(statement, catalog)
    shown = statement.discreet | {ACTIVITY} if discreet else statement.discreet
    changes = _changes(statement, found)
    kept = of_keeping(statement, catalog.vocabulary, catalog.ambient, catalog.upkeep)
    effects = [
        *besides,
        *_of_words(statement, catalog),
        *_of_relations(statement, catalog, found, shown),
        *_of_upkeep(statement, catalog, found),
        *changes,
        *([kept] if kept else ()),
    ]
    whole = combined(effects)
    whole = combined([whole, _effect(held_concern(statement, whole))])
    worst = whole.concern
    certain, possible = _bits(statement, catalog, found)
    inserts = whole.fills | _lasting(one for name in statement.inserts for one in found[name])
    elsewhere = bool(worst and worst.inserts)
    # Maintenance makes no row by itself, but the code of an index may, read or unread.
    quiet = refuses_block(statement) and not (whole.fills or (worst and worst.function))
    aside = whole.aside | (catalog.ambient_aside if worst else 0)
    written = {relation for group in found.values() for relation in group}
    reads, alone = catalog.of_bits(certain), sets_alone(statement, catalog.vocabulary.lexicon)
    return Reach(
        statement,
        reads=reads,
        named=reads & written,
        touches=catalog.of_bits((possible | whole.touches) & ~certain),
        aside=catalog.of_bits(aside),
        inserts=catalog.of_bits(inserts),
        unknown=frozenset(name for name, group in found.items() if not group),
        opaque=worst.opaque if worst else "",
        unwatchable=_unwatchable(worst, catalog) if worst else "",
        may_insert=not quiet and (elsewhere or bool(inserts)),
        elsewhere=not quiet and elsewhere,
        moves=catalog.of_bits(_moved(statement, found)),
        function=worst.function if worst else "",
        catches=whole.catches,
        later=bool(kept),
        probes=statement.probes or whole.probes,
        invents=invents(whole) and not (alone and not whole.touches),
    )


def _resolve(statement: Statement, catalog: Catalog) -> dict[Name, list[Relation]]:
    found = {
        name: catalog.named(name) or _by_oid(name, catalog) or catalog.indexed(name)
        for name in statement.others
    }
    names = statement.reads | statement.writes | statement.inserts
    return found | {name: catalog.named(name) for name in names}


def _by_oid(name: Name, catalog: Catalog) -> list[Relation]:
    """Return the relation that '16384'::regclass means."""
    digits = name.name.isascii() and name.name.isdigit() and not name.schema
    relation = catalog.relations.get(int(name.name)) if digits else None
    return [relation] if relation else []


def _lasting(relations: Iterable[Relation]) -> int:
    """Return what these stand for, but for temporary ones: another session may have made them."""
    bits = 0
    for relation in relations:
        if not relation.temporary:
            bits |= relation.reads
    return bits


def _bits(statement: Statement, catalog: Catalog, found: Found) -> tuple[int, int]:
    """Return what is certainly touched, and all that may be, by the names of relations."""
    row_types = [relation for name in statement.types for relation in catalog.named(name)]
    asked = statement.others - statement.reads - statement.writes
    if statement.verb not in QUERIES:
        asked = NO_NAMES
    certain = _lasting(row_types) | _certain_calls(statement, catalog)
    certain |= _lasting(one for name, group in found.items() if name not in asked for one in group)
    possible = 0
    for relation in [*row_types, *(one for group in found.values() for one in group)]:
        possible |= relation.reads
    return certain, possible


def _moved(statement: Statement, found: Found) -> int:
    """Return the partitioned tables whose rows a statement may move, and what is below them."""
    bits = 0
    for name in statement.writes & statement.reads:
        for relation in found[name]:
            bits |= relation.reads if relation.kind == "p" else 0
    return bits


def _certain_calls(statement: Statement, catalog: Catalog) -> int:
    """Return what the bodies of called functions name where every call goes through."""
    if statement.verb not in QUERIES:
        return 0
    calls = map(catalog.vocabulary.lexicon.the_one, statement.functions)
    bits = 0
    for one in calls:
        bits |= catalog.certain.get(one.oid, 0) if one else 0
    return bits


def _changes(statement: Statement, found: Found) -> list[Effect]:
    """Return what the changes of what is written may do. What only gets rows is not read."""
    grow = statement.inserts - statement.reads - statement.upserts

    def change(name: Name, relation: Relation) -> Effect:
        if name in statement.empties:
            return relation.on_empty
        return relation.on_insert if name in grow else relation.on_change

    return [
        change(name, relation)
        for name in sorted(statement.writes, key=str)
        for relation in found[name]
    ]


def _unwatchable(worst: Concern, catalog: Catalog) -> str:
    return worst.unwatchable or (catalog.ambient_unwatchable if worst.runs_text else "")


def _of_words(statement: Statement, catalog: Catalog) -> Iterable[Effect]:
    """What the code that a statement names may do, and what runs at any statement of its kind."""
    words = catalog.vocabulary
    yield from (words.of_function(name) for name in sorted(statement.functions, key=str))
    yield from (words.of_operator(name) for name in sorted(statement.operators))
    yield from (words.of_type(name) for name in sorted(statement.types, key=str))
    yield from (words.of_column(name) for name in sorted(statement.columns))
    if statement.verb in OF_ALL:
        yield catalog.on_upkeep
    elif statement.verb in BY_NAMES | OF_INDEXES:
        yield catalog.ambient
    if statement.ddl:
        yield catalog.on_ddl
    if statement.verb in OF_ENDING:
        yield catalog.on_commit


def _of_relations(
    statement: Statement, catalog: Catalog, found: Found, shown: frozenset[str]
) -> Iterable[Effect]:
    """What the relations that the statement names may do by being read or looked at, but for the
    system's own ones that are `shown`."""
    for name, group in sorted(found.items(), key=lambda item: str(item[0])):
        if not group:
            yield Effect(concern=unknown_concern(name, inserts=not is_quiet(statement)))
        for relation in group:
            if not (relation.name in shown and relation.schema == SYSTEM):
                yield relation.on_read
    for name in statement.types:
        yield from (relation.on_read for relation in catalog.named(name))


def _of_upkeep(statement: Statement, catalog: Catalog, found: Found) -> Iterable[Effect]:
    """What making indexes and statistics anew may do, if the statement does."""
    if statement.verb not in OF_ALL:
        return
    if not found:
        yield catalog.of_all
    for group in found.values():
        yield from (relation.on_upkeep for relation in group)


def doubted(reached: Reach, reason: str) -> Reach:
    """Return a reach of which nothing is proven any more, because the picture may be old."""
    opaque = reached.opaque or reason
    return replace(reached, opaque=opaque, may_insert=True, elsewhere=True, invents=True)


def _of_block(statement: Statement, catalog: Catalog, *, discreet: bool) -> Reach:
    """Return what a DO block touches that was read: its queries, its words, its changes."""
    always, maybe, words, *changes = statement.body
    certain = _reach(always, catalog, (), discreet=discreet)
    besides = [*_of_left_over(words, catalog), _effect(waiting_concern(words))]
    columns = (catalog.vocabulary.of_word(one) for one in always.columns | maybe.columns)
    possible = _reach(maybe, catalog, [*besides, *columns], discreet=discreet)
    made = [_of_change(one, catalog, discreet=discreet) for one in changes]
    return _united(statement, certain, [possible, *made])


def _effect(concern: Concern | None) -> Effect:
    return Effect(concern=concern)


def _of_left_over(words: Statement, catalog: Catalog) -> Iterable[Effect]:
    """What a block's words may do: any may be a relation, those outside of queries anything."""
    for name in sorted(words.reads, key=str):
        yield from (Effect(touches=one.reads) for one in catalog.named(name))
    for word in sorted(words.columns):
        yield catalog.vocabulary.of_word(word)
        yield from (one.on_change for one in catalog.named(Name("", word)))
    yield Effect(catches=Name("", CATCHING) in words.reads)
    for operator in sorted(words.operators):
        yield catalog.vocabulary.of_operator(operator)


def _of_change(change: Statement, catalog: Catalog, *, discreet: bool) -> Reach:
    """Return what a change of the catalog in a block touches."""
    if change.verb not in PLAIN_CHANGES or change.opaque or change.unwatchable:
        besides = (kind_concern(change), change_concern(change))
        return _reach(change, catalog, map(_effect, besides), discreet=discreet)
    new = {name for name, group in _resolve(change, catalog).items() if not group}
    if change.verb not in MAKES_ONE or len(new) != 1:
        return _reach(change, catalog, (), discreet=discreet)
    known = replace(change, others=change.others - new)
    return replace(_reach(known, catalog, (), discreet=discreet), unknown=frozenset(new))


def _united(statement: Statement, certain: Reach, others: list[Reach]) -> Reach:
    """Return what all parts of a block touch; what one of them certainly does is certain."""
    parts = [certain, *others]
    # What has become of a name in a block that changes the catalog, the picture does not show.
    renames = statement.ddl and any(one.may_insert for one in parts)
    opaque = [one for one in parts if one.opaque]
    worst = next((one for one in opaque if one.unwatchable), next(iter(opaque), certain))
    touched = NO_RELATIONS.union(*(one.reads | one.touches for one in parts))
    return Reach(
        statement,
        reads=certain.reads,
        named=certain.named,
        touches=touched - certain.reads,
        aside=NO_RELATIONS.union(*(one.aside for one in parts)),
        inserts=NO_RELATIONS.union(*(one.inserts for one in parts)),
        unknown=NO_NAMES.union(certain.unknown, *(one.unknown for one in others[1:])),
        opaque=worst.opaque,
        unwatchable=worst.unwatchable,
        may_insert=any(one.may_insert for one in parts),
        elsewhere=renames or any(one.elsewhere for one in parts),
        function=worst.function,
        catches=any(one.catches for one in parts),
        later=any(one.later for one in parts),
        probes=any(one.probes for one in parts),
        invents=any(one.invents for one in parts),
    )
