"""What a statement touches by its names, in a picture of the database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from pgtoll_policy.body import CATCHING
from pgtoll_policy.catalog import Catalog
from pgtoll_policy.concerns import Concern
from pgtoll_policy.effects import Effect, combined
from pgtoll_policy.facts import NO_NAMES, Name, Statement
from pgtoll_policy.foreign_names import straying_concern
from pgtoll_policy.functions import SET_VALUE
from pgtoll_policy.held import held_concern
from pgtoll_policy.inventing import invents, sets_alone
from pgtoll_policy.oids import NO_OIDS, Oids
from pgtoll_policy.proof import (
    BY_NAMES,
    MAKES_CODE,
    MAKES_ONE,
    OF_A_QUERY,
    OF_ALL,
    OF_ENDING,
    OF_INDEXES,
    OF_ITS_OWN,
    PLAIN_CHANGES,
    QUERIES,
    change_concern,
    is_quiet,
    kind_concern,
    only_drops,
    refuses_block,
    waiting_concern,
)
from pgtoll_policy.relations import Relation, changes_of, unknown_concern
from pgtoll_policy.system_relations import ACTIVITY
from pgtoll_policy.unread import (
    OF_WHAT_IS_READ,
    UNSEEN,
    plants,
    resumes,
    unread_concern,
)
from pgtoll_policy.upkept import of_keeping

__all__ = ["Reach", "doubted", "reach"]

NO_RELATIONS: frozenset[Relation] = frozenset()
SYSTEM = "pg_catalog"


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
    # Partitioned tables in which rows may move, each with what they may move to.
    shifts: frozenset[tuple[Relation, frozenset[Relation]]] = frozenset()
    # Partitioned tables and partitions that are emptied by name: locked against everybody.
    emptied: frozenset[Relation] = NO_RELATIONS
    function: str = ""  # the function whose being trusted would change `opaque`
    catches: bool = False  # it may undo a part of what it did, with the locks that told of it
    later: bool = False  # it leaves code to the server's upkeep that is not proven
    probes: bool = False  # it may tell whether a parameter of some name is there
    invents: bool = True  # False only when it is proven to make up no name of a parameter
    unread: Concern | None = UNSEEN  # None only when it is proven to run no code that is not read
    resumes: bool = True  # False only when it runs nothing that older statements have put in place
    plants: bool = True  # False only when the code that it leaves in the catalog is read
    leaves: frozenset[Relation] = NO_RELATIONS  # what such code may touch


Found = Mapping[Name, list[Relation]]


def reach(statement: Statement, catalog: Catalog, *, discreet: bool = False) -> Reach:
    """Return what a statement touches in the database as the picture shows it.

    To a `discreet` role, the server shows no other role's statements.
    """
    if statement.body:
        return _of_block(statement, catalog, discreet=discreet)
    effects = [Effect(concern=kind_concern(statement))]
    found = _reach(statement, catalog, effects, discreet=discreet)
    if statement.undefined:
        told = Concern(f"the body of the function is not read: {statement.undefined}")
        return replace(found, unread=found.unread or told, plants=True)
    return _defining(found, catalog, discreet=discreet) if statement.defines else found


def _defining(found: Reach, catalog: Catalog, *, discreet: bool) -> Reach:
    """Return what a statement touches that makes a function, and what the body of that may do."""
    always, maybe, words = found.statement.defines
    besides = _of_left_over(words, catalog)
    parts = [
        _reach(always, catalog, (), discreet=discreet),
        _reach(maybe, catalog, besides, discreet=discreet),
    ]
    unread = found.unread or next((one.unread for one in parts if one.unread), None)
    leaves = NO_RELATIONS.union(*(one.reads | one.touches for one in parts))
    return replace(found, unread=unread, leaves=leaves, plants=found.plants or bool(unread))


def _reach(
    statement: Statement, catalog: Catalog, besides: Iterable[Effect], *, discreet: bool
) -> Reach:
    """Return what a statement touches by the names in it, and by what it does `besides`."""
    found = _resolve(statement, catalog)
    shown = statement.discreet | {ACTIVITY} if discreet else statement.discreet
    changes = changes_of(statement, found)
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
    certain, possible = _touched(statement, catalog, found)
    inserts = whole.fills | _lasting(one for name in statement.inserts for one in found[name])
    elsewhere = bool(worst and worst.inserts)
    # Maintenance makes no row by itself, but the code of an index may, read or unread.
    quiet = refuses_block(statement) and not (whole.fills or (worst and worst.function))
    aside = whole.aside | (catalog.ambient_aside if worst else NO_OIDS)
    written = {relation for group in found.values() for relation in group}
    reads, alone = catalog.of_oids(certain), sets_alone(statement, catalog.vocabulary.lexicon)
    its_own = combined([whole, *_of_its_own(statement, catalog, possible)])
    unread = unread_concern(statement, its_own, catalog)
    nearby = catalog.of_oids(possible) if statement.ddl else ()
    return Reach(
        statement,
        reads=reads,
        named=reads & written,
        touches=catalog.of_oids((possible | whole.touches) - certain),
        aside=catalog.of_oids(aside),
        inserts=catalog.of_oids(inserts),
        unknown=frozenset(name for name, group in found.items() if not group),
        opaque=worst.opaque if worst else "",
        unwatchable=_unwatchable(worst, catalog) if worst else "",
        may_insert=not quiet and (elsewhere or bool(inserts)),
        elsewhere=not quiet and elsewhere,
        moves=catalog.of_oids(_moved(statement, found)),
        shifts=frozenset(
            (one, catalog.of_oids(one.reads)) for one in catalog.of_oids(whole.shifts)
        ),
        emptied=frozenset(_emptied(statement, found)),
        function=worst.function if worst else "",
        catches=whole.catches,
        later=bool(kept),
        probes=statement.probes or whole.probes,
        invents=invents(its_own) and not (alone and not whole.touches),
        unread=unread,
        resumes=resumes(statement, catalog.on_commit),
        plants=bool(unread) or plants(statement, nearby),
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


def _lasting(relations: Iterable[Relation]) -> Oids:
    """Return what these stand for, but for temporary ones: another session may have made them."""
    found = NO_OIDS
    for relation in relations:
        if not relation.temporary:
            found |= relation.reads
    return found


def _touched(statement: Statement, catalog: Catalog, found: Found) -> tuple[Oids, Oids]:
    """Return what is certainly touched, and all that may be, by the names of relations."""
    row_types = [relation for name in statement.types for relation in catalog.named(name)]
    asked = statement.others - statement.reads - statement.writes
    if statement.verb not in QUERIES:
        asked = NO_NAMES
    sets_value = any(one.name == SET_VALUE for one in statement.functions)
    certain = _lasting(row_types) | _certain_calls(statement, catalog)
    possible = NO_OIDS
    for relation in row_types:
        possible |= relation.reads
    for name, group in found.items():
        for relation in group:
            touched = relation.arrives if name in statement.grows else relation.reads
            touched = relation.only if name in statement.only else touched
            possible |= touched
            surely = name not in asked or (sets_value and relation.kind == "S")
            certain |= touched if surely and not relation.temporary else NO_OIDS
    return certain, possible


def _moved(statement: Statement, found: Found) -> Oids:
    """Return the partitioned tables whose rows a statement may move, and what is below them."""
    moved = NO_OIDS
    for name in statement.writes & statement.reads:
        for relation in found[name]:
            moved |= relation.reads if relation.kind == "p" else NO_OIDS
    return moved


def _emptied(statement: Statement, found: Found) -> Iterable[Relation]:
    """Yield the tables that a statement empties whose rows count together with others'."""
    for name in statement.truncates:
        yield from (one for one in found[name] if one.kind == "p" or one.follows)


def _certain_calls(statement: Statement, catalog: Catalog) -> Oids:
    """Return what the bodies of called functions name where every call goes through."""
    found = NO_OIDS
    if statement.verb not in QUERIES:
        return found
    for one in map(catalog.vocabulary.lexicon.the_one, statement.functions):
        found |= catalog.certain.get(one.oid, NO_OIDS) if one else NO_OIDS
    return found


def _unwatchable(worst: Concern, catalog: Catalog) -> str:
    return worst.unwatchable or (catalog.ambient_unwatchable if worst.runs_text else "")


def _of_words(statement: Statement, catalog: Catalog) -> Iterable[Effect]:
    """What the code that a statement names may do, and what runs at any statement of its kind."""
    yield from _of_spelling(statement, catalog)
    yield from catalog.vocabulary.of_statement(statement)
    if statement.verb in MAKES_CODE and statement.opaque:
        yield catalog.vocabulary.of_constants()
    if statement.verb in OF_ALL:
        yield catalog.on_upkeep
    elif statement.verb in BY_NAMES | OF_INDEXES:
        yield catalog.ambient
    if statement.ddl or statement.verb == "reindex":  # fires event triggers since PostgreSQL 17
        yield catalog.on_ddl
    if statement.verb in OF_ENDING:
        yield catalog.on_commit


def _of_spelling(statement: Statement, catalog: Catalog) -> Iterable[Effect]:
    """What the names of a statement may do that may stand for others than we find by them."""
    if catalog.strays:
        yield _effect(straying_concern(statement))


def _of_relations(
    statement: Statement, catalog: Catalog, found: Found, shown: frozenset[str]
) -> Iterable[Effect]:
    """What the relations that the statement names may do by being read or looked at, but for the
    system's own ones that are `shown`."""
    for name, group in sorted(found.items(), key=lambda item: str(item[0])):
        if not (group or only_drops(statement)):
            yield Effect(concern=unknown_concern(name, inserts=not is_quiet(statement)))
        for relation in group:
            if name in statement.grows:
                continue
            if not (relation.name in shown and relation.schema == SYSTEM):
                yield relation.on_only if name in statement.only else relation.on_read
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


def _of_its_own(statement: Statement, catalog: Catalog, possible: Oids) -> Iterable[Effect]:
    """What may run of the tables at hand, and what is looked for anywhere, such as casts, where a
    statement does more than its kind tells."""
    if statement.verb in OF_ITS_OWN | OF_A_QUERY:
        yield catalog.ambient
    if statement.verb in OF_ITS_OWN:
        yield catalog.on_ddl  # also at REFRESH
        for relation in catalog.of_oids(possible):
            yield from (relation.on_read, relation.on_change, relation.on_upkeep)


def doubted(reached: Reach, reason: str) -> Reach:
    """Return a reach of which nothing is proven any more, because the picture may be old."""
    opaque = reached.opaque or reason
    unread, planted = reached.unread, reached.plants
    if reason not in OF_WHAT_IS_READ:
        unread, planted = unread or Concern(reason), True
    return replace(
        reached,
        opaque=opaque,
        may_insert=True,
        elsewhere=True,
        invents=True,
        unread=unread,
        plants=planted,
    )


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
    yield from _of_spelling(words, catalog)
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
        shifts=frozenset().union(*(one.shifts for one in parts)),
        function=worst.function,
        catches=any(one.catches for one in parts),
        later=any(one.later for one in parts),
        probes=any(one.probes for one in parts),
        invents=any(one.invents for one in parts),
        unread=next((one.unread for one in parts if one.unread), None),
        resumes=any(one.resumes for one in parts),
        plants=statement.ddl or any(one.plants for one in parts),
    )
