"""What the names of a statement stand for, in an immutable picture of the database."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from pgtoll_policy.concerns import Concern, gravest
from pgtoll_policy.facts import NO_NAMES, Name, Statement
from pgtoll_policy.proof import (
    BY_NAMES,
    OF_ALL,
    OF_ENDING,
    OF_INDEXES,
    QUERIES,
    is_quiet,
    kind_concern,
    refuses_block,
)
from pgtoll_policy.relations import Change, Relation, close_relations
from pgtoll_policy.routines import Routine, judge_functions, text_danger
from pgtoll_policy.rows import CatalogRows, IndexRow
from pgtoll_policy.system_relations import ACTIVITY, VALUE_HOLDERS
from pgtoll_policy.vocabulary import (
    Vocabulary,
    function_concerns,
    index_vocabulary,
    schema_matches,
    through,
)

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
SYSTEM = "pg_catalog"
TOAST = "pg_toast"


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Catalog:
    """A picture of one database, closed over everything that a name may lead to."""

    relations: Mapping[int, Relation]
    by_name: Mapping[str, tuple[Relation, ...]]
    vocabulary: Vocabulary
    ambient: tuple[Concern, ...] = ()  # what any statement may run without naming it
    on_ddl: tuple[Concern, ...] = ()  # event triggers
    on_commit: tuple[Concern, ...] = ()  # triggers that may wait for the end of the transaction
    on_upkeep: tuple[Concern, ...] = ()  # what making any index or statistics anew may run
    of_all: Concern | None = None  # what making those of every table anew may run
    indexes: Mapping[str, tuple[IndexRow, ...]] = field(default_factory=dict)  # by their names
    discreet: frozenset[str] = frozenset()  # roles that see no other role's statements
    ambient_unwatchable: str = ""  # why text made at run time cannot be watched in this database
    version: int = 0

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


def build_catalog(rows: CatalogRows, *, trusted: Collection[str] = (), version: int = 0) -> Catalog:
    """Return the picture that these rows make. `trusted` holds the qualified names of functions
    that a DBA vouches for, such as "public.f": they count as harmless."""
    foreign = [row.name for row in rows.relations if row.kind == "f"]
    elsewhere = dict.fromkeys(VALUE_HOLDERS, "shows values without touching their tables")
    elsewhere |= dict.fromkeys(foreign, "uses another connection")
    routines = judge_functions(rows.functions, trusted, elsewhere)
    concerns = function_concerns(rows, routines)
    relations = close_relations(rows, concerns.get)
    by_name: dict[str, list[Relation]] = {}
    for relation in relations.values():
        by_name.setdefault(relation.name, []).append(relation)
    return Catalog(
        relations,
        {name: tuple(group) for name, group in by_name.items()},
        index_vocabulary(rows, routines, concerns),
        ambient=_through(concerns, ((one.function, one.what) for one in rows.anywhere)),
        on_upkeep=_through(
            concerns, ((one.function, one.what) for one in rows.anywhere if one.what != "a cast")
        ),
        of_all=gravest(one.on_upkeep for one in relations.values() if one.on_upkeep),
        indexes=_by_name(rows.indexes),
        discreet=frozenset(rows.discreet),
        on_ddl=_through(concerns, ((oid, "an event trigger") for oid in rows.event_triggers)),
        on_commit=_through(concerns, ((oid, "a deferred trigger") for oid in rows.deferred)),
        ambient_unwatchable=_text_danger(routines, foreign),
        version=version,
    )


def unsettled(catalog: Catalog, reason: str) -> Catalog:
    """Return the picture as of one that may be out of date: nothing is proven by it."""
    return replace(catalog, ambient=(Concern(reason, runs_text=True), *catalog.ambient))


def _by_name(indexes: Iterable[IndexRow]) -> dict[str, tuple[IndexRow, ...]]:
    found: dict[str, tuple[IndexRow, ...]] = {}
    for index in indexes:
        found[index.name] = (*found.get(index.name, ()), index)
    return found


def _through(
    concerns: Mapping[int, Concern], hooks: Iterable[tuple[int, str]]
) -> tuple[Concern, ...]:
    return tuple(through(concerns[oid], what) for oid, what in hooks if oid in concerns)


def _text_danger(routines: Mapping[int, Routine], foreign: list[str]) -> str:
    danger = f'may read foreign table "{foreign[0]}"' if foreign else ""
    return text_danger(routines.values()) or danger


@dataclass(frozen=True, slots=True)
class Reach:
    """What a statement touches, its names resolved: the facts that a verdict needs."""

    statement: Statement
    reads: frozenset[Relation] = NO_RELATIONS  # all that is certainly read, changed or named
    touches: frozenset[Relation] = NO_RELATIONS  # what may be touched besides
    inserts: frozenset[Relation] = NO_RELATIONS  # those that get rows by the statement's own text
    unknown: frozenset[Name] = NO_NAMES  # relations that the picture does not hold
    opaque: str = ""  # why more may be touched; "" when `reads` and `touches` are proven to be all
    unwatchable: str = ""  # why the server's account would not show it, or cannot be asked
    may_insert: bool = True  # False only when it is proven that no table that counts gets a row
    elsewhere: bool = True  # False only when it is proven that none but `inserts` does
    function: str = ""  # the function whose being trusted would change `opaque`


def reach(statement: Statement, catalog: Catalog, *, discreet: bool = False) -> Reach:
    """Return what a statement touches in the database as the picture shows it.

    To a `discreet` role, the server shows no other role's statements.
    """
    found = _resolve(statement, catalog)
    shown = statement.discreet | {ACTIVITY} if discreet else statement.discreet
    worst = gravest(
        [*_of_words(statement, catalog), *_of_relations(statement, catalog, found, shown)]
    )
    certain, possible = _oids(statement, catalog, found)
    inserts = {oid for name in statement.inserts for oid in _lasting(found[name])}
    spreads = any(change.spreads for change in _changes(statement, found))
    elsewhere = spreads or bool(worst and worst.inserts)
    quiet = refuses_block(statement)
    return Reach(
        statement,
        reads=_relations(certain, catalog),
        touches=_relations(possible - certain, catalog),
        inserts=_relations(inserts, catalog),
        unknown=frozenset(name for name, group in found.items() if not group),
        opaque=worst.opaque if worst else "",
        unwatchable=_unwatchable(worst, catalog) if worst else "",
        may_insert=not quiet and (elsewhere or bool(inserts)),
        elsewhere=not quiet and elsewhere,
        function=worst.function if worst else "",
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


def _relations(oids: Iterable[int], catalog: Catalog) -> frozenset[Relation]:
    return frozenset(catalog.relations[oid] for oid in oids)


def _lasting(relations: Iterable[Relation]) -> set[int]:
    """Return what these stand for, but for temporary ones: another session may have made them."""
    return {oid for relation in relations if not relation.temporary for oid in relation.reads}


def _oids(
    statement: Statement, catalog: Catalog, found: Mapping[Name, list[Relation]]
) -> tuple[set[int], set[int]]:
    """Return what is certainly touched, and all that may be."""
    row_types = [relation for name in statement.types for relation in catalog.named(name)]
    named = [*row_types, *(relation for group in found.values() for relation in group)]
    asked = statement.others - statement.reads - statement.writes
    if statement.verb not in QUERIES:
        asked = NO_NAMES
    certain = _lasting(row_types)
    certain.update(*(_lasting(group) for name, group in found.items() if name not in asked))
    possible = {oid for relation in named for oid in relation.reads | relation.behind}
    possible.update(oid for change in _changes(statement, found) for oid in change.touches)
    return certain, possible


def _changes(statement: Statement, found: Mapping[Name, list[Relation]]) -> list[Change]:
    """Return what the changes of what is written may do. Only what is updated, deleted or merged
    into is read as well: what is not read only gets rows."""
    return [
        relation.on_change if name in statement.reads else relation.on_insert
        for name in sorted(statement.writes, key=str)
        for relation in found[name]
    ]


def _unwatchable(worst: Concern, catalog: Catalog) -> str:
    return worst.unwatchable or (catalog.ambient_unwatchable if worst.runs_text else "")


def _of_words(statement: Statement, catalog: Catalog) -> Iterable[Concern]:
    """What speaks against the statement's kind, and the code that it names."""
    words = catalog.vocabulary
    found = [
        kind_concern(statement),
        *(words.of_function(name) for name in sorted(statement.functions, key=str)),
        *(words.of_operator(name) for name in sorted(statement.operators)),
        *(words.of_type(name) for name in sorted(statement.types, key=str)),
        *(words.of_column(name) for name in sorted(statement.columns)),
    ]
    ambient = catalog.ambient if statement.verb in BY_NAMES | OF_INDEXES else ()
    if statement.verb in OF_ALL:
        ambient = catalog.on_upkeep
    on_ddl = catalog.on_ddl if statement.ddl else ()
    on_commit = catalog.on_commit if statement.verb in OF_ENDING else ()
    return [*(concern for concern in found if concern), *ambient, *on_ddl, *on_commit]


def _of_relations(
    statement: Statement,
    catalog: Catalog,
    found: Mapping[Name, list[Relation]],
    shown: frozenset[str],
) -> Iterable[Concern]:
    """What speaks against the relations that the statement names, but for the system's own ones
    that are `shown`."""
    for name, group in sorted(found.items(), key=lambda item: str(item[0])):
        if not group:
            yield _unknown(name, inserts=not is_quiet(statement))
        yield from (
            relation.on_read
            for relation in group
            if relation.on_read and not (relation.name in shown and relation.schema == SYSTEM)
        )
    yield from _of_upkeep(statement, catalog, found)
    # Making a row of a table checks what its columns' types check.
    made = [one.on_insert for name in statement.types for one in catalog.named(name)]
    for change in [*_changes(statement, found), *made]:
        if change.concern:
            yield change.concern


def _of_upkeep(
    statement: Statement, catalog: Catalog, found: Mapping[Name, list[Relation]]
) -> Iterable[Concern]:
    """What speaks against making indexes and statistics anew, if the statement does."""
    if statement.verb not in OF_ALL:
        return
    if not found and catalog.of_all:
        yield catalog.of_all
    for group in found.values():
        yield from (relation.on_upkeep for relation in group if relation.on_upkeep)


def _unknown(name: Name, *, inserts: bool) -> Concern:
    if TOAST in (name.schema, name.name[: len(TOAST)]):
        return Concern(f'relation "{name}" holds values of another', "is not that table itself")
    return Concern(f'relation "{name}" is not known', inserts=inserts)


def doubted(reached: Reach, reason: str) -> Reach:
    """Return a reach of which nothing is proven any more, because the picture may be old."""
    opaque = reached.opaque or reason
    return replace(reached, opaque=opaque, may_insert=True, elsewhere=True)
