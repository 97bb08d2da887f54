"""What each function and each relation may lead to, over all the ways in which code is run.

A relation may be read or changed in several ways, a function can only be called: each is a node of
one graph. What leads from a function is known beforehand; what leads from a relation is looked up
when somebody asks, for most of a hundred thousand are never asked about.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pgtoll_policy.body import Body
from pgtoll_policy.closure import Closure, united
from pgtoll_policy.concerns import Concern, builtin_concern
from pgtoll_policy.directory import TEMPORARY, Directory
from pgtoll_policy.effects import NO_EFFECT, Effect, combined, of_function
from pgtoll_policy.facts import Name, Statement
from pgtoll_policy.functions import PROBES
from pgtoll_policy.inventing import Inventing
from pgtoll_policy.nodes import (
    ALONE,
    ARRIVE,
    CHANGES,
    DELETE,
    EMPTY,
    INSERT,
    READ,
    TRUNCATE,
    UPDATE,
    UPKEEP,
    function_node,
    function_of,
    node_of,
    relation_of,
)
from pgtoll_policy.oids import NO_OIDS, Oids
from pgtoll_policy.relations import Lineage, read_concern, unknown_concern, write_concern
from pgtoll_policy.routines import Routine
from pgtoll_policy.rows import Attachment, CatalogRows, ForeignKey
from pgtoll_policy.vocabulary import Lexicon

QUERIED = (INSERT, UPDATE, DELETE)  # what rules may be of
_OF_EVENTS = {4: ARRIVE, 8: DELETE, 16: UPDATE, 32: TRUNCATE}  # pg_trigger.tgtype

# What doing something to a relation in one way does to it in another.
_TO_ITSELF: dict[int, tuple[int, ...]] = {
    INSERT: (ARRIVE,),
    EMPTY: (TRUNCATE,),
    ARRIVE: (ALONE,),
    ALONE: (READ,),
    UPDATE: (READ,),
    DELETE: (READ,),
    TRUNCATE: (READ,),
}


@dataclass(frozen=True, slots=True)
class Reachable:
    """The closed graph."""

    relation: Callable[[int, int], Effect]  # by oid and way
    functions: Mapping[int, Effect]  # by oid
    certain: Mapping[int, Oids]  # by oid: the relations that a call certainly touches


def close(
    rows: CatalogRows,
    directory: Directory,
    lineage: Lineage,
    routines: Mapping[int, Routine],
    lexicon: Lexicon,
) -> Reachable:
    """Return what everything may do."""
    graph = _Graph(rows, directory, lineage, routines, lexicon)
    graph.add_functions()
    graph.add_inventions()
    closure = graph.closure()
    functions = {oid: closure.of(function_node(oid)) for oid in routines}
    return Reachable(
        lambda oid, way: closure.of(node_of(oid, way)),
        graph.builtins | functions,
        graph.certain(),
    )


@lru_cache(maxsize=10_000)  # the server's own names: they stay the same from picture to picture
def _builtin_effect(name: str) -> Effect:
    return _own_effect(builtin_concern(name), name)


def _own_effect(concern: Concern | None, name: str) -> Effect:
    """Return the effect of what a name means of PostgreSQL's own, if it does mean that."""
    return Effect(concern=concern, probes=name in PROBES)


class _Ways:
    """What leads from each relation: nodes, and what it does itself."""

    def __init__(
        self,
        directory: Directory,
        lineage: Lineage,
        routines: Collection[int],
        builtins: Mapping[int, Effect],
    ) -> None:
        self._directory, self._lineage = directory, lineage
        self._routines, self._builtins = routines, builtins
        self._temporary = Oids(directory.marked.get(TEMPORARY, ()))

    def own(self, node: int) -> list[Effect]:
        """Return what is done to a relation in one way by itself."""
        oid, way = relation_of(node)
        row = self._directory.relations[oid]
        found: list[Effect] = []
        if way in self._looking(oid):
            touches = self._lineage.reads(oid) if way == READ else self._lineage.only(oid)
            found.append(Effect(touches=touches, concern=read_concern(row)))
        elif way == INSERT:
            found.append(Effect(fills=self._lineage.reads(oid) - self._temporary))
        elif way == UPDATE and row.kind == "p":
            found.append(Effect(shifts=Oids([oid])))
        if way in CHANGES and (concern := write_concern(row)):
            found.append(Effect(concern=concern))
        called = (one for one in self._called(oid, way) if one not in self._routines)
        return [*found, *(self._builtins.get(one, NO_EFFECT) for one in called)]

    def edges(self, node: int) -> Collection[int]:
        """Return the nodes that doing something to a relation in one way leads to."""
        oid, way = relation_of(node)
        ends = self._to_itself(oid, way)
        ends.update(self._lower(oid, way))
        directory = self._directory
        if way in QUERIED and oid in directory.rules:
            ends.update(self._by_rules(oid))
        if way in self._looking(oid):
            ends.update(self._reading(directory.policies.get(oid, ())))
        if way in CHANGES:
            ends.update(self._reading(directory.sequences.get(oid, ())))
        ends.update(self._by_keys(oid, way))
        called = (one for one in self._called(oid, way) if one in self._routines)
        ends.update(map(function_node, called))
        return ends

    def _looking(self, oid: int) -> tuple[int, ...]:
        """The ways that run what a look at rows runs, other than by leading to READ."""
        return (READ, ALONE) if self._lineage.is_alone(oid) else (READ,)

    def _to_itself(self, oid: int, way: int) -> set[int]:
        whole = self._directory.relations[oid].kind == "p"
        ways = _TO_ITSELF.get(way, ())
        if way == ALONE and self._lineage.is_alone(oid):
            ways = ()
        if way == UPDATE and whole:  # a row that moves leaves one partition, arrives in another
            ways = (READ, DELETE, ARRIVE)
        return {node_of(oid, one) for one in ways}

    def _lower(self, oid: int, way: int) -> Iterable[int]:
        """What is done to those below whenever it is done to a relation."""
        if way in (INSERT, ARRIVE, ALONE) and self._lineage.is_alone(oid):
            return ()
        return (node_of(lower, way) for lower in self._lineage.below(oid))

    def _by_rules(self, oid: int) -> Iterable[int]:
        # What a rule does with its own relation is not among the rows.
        ends = (oid, *self._directory.rules[oid])
        return (
            node_of(end, way) for end in ends if end in self._directory.relations for way in QUERIED
        )

    def _reading(self, oids: Iterable[int]) -> Iterable[int]:
        return (node_of(oid, READ) for oid in oids if oid in self._directory.relations)

    def _by_keys(self, oid: int, way: int) -> Iterable[int]:
        directory = self._directory
        if way in (ARRIVE, UPDATE):
            yield from self._reading(key.parent for key in directory.refers.get(oid, ()))
        if way not in (UPDATE, DELETE, EMPTY):
            return
        for key in directory.referred.get(oid, ()):
            if key.child in directory.relations:
                yield from (node_of(key.child, one) for one in _answers(key, way))

    def _called(self, oid: int, way: int) -> Iterable[int]:
        for hook in self._directory.attached.get(oid, ()):
            if way in (self._looking(oid) if hook.reading else _ways(hook)):
                yield hook.function


def _answers(key: ForeignKey, way: int) -> tuple[int, ...]:
    """What a change of the parent does to the child."""
    if way == UPDATE:
        return (UPDATE if key.on_update else READ,)
    if way == EMPTY:
        return (EMPTY,)
    # Its rows are deleted, or refer to nothing or another one.
    return (READ, DELETE, UPDATE) if key.on_delete else (READ,)


class _Graph:
    """The nodes: one for each relation and way, and one for each function, with what it does."""

    def __init__(
        self,
        rows: CatalogRows,
        directory: Directory,
        lineage: Lineage,
        routines: Mapping[int, Routine],
        lexicon: Lexicon,
    ) -> None:
        self._rows, self._lineage, self._lexicon = rows, lineage, lexicon
        self._directory = directory
        self._routines = routines
        self._transitions = frozenset(rows.transitions)
        self._edges: dict[int, set[int]] = {function_node(oid): set() for oid in routines}
        self._own: dict[int, list[Effect]] = {function_node(oid): [] for oid in routines}
        self.builtins = {row.oid: _builtin_effect(row.name) for row in rows.builtins}
        self._ways = _Ways(directory, lineage, routines, self.builtins)

    # Building

    def _lead(self, start: int, *ends: int) -> None:
        self._edges[start].update(ends)

    def _note(self, node: int, concern: Concern | None) -> None:
        if concern:
            self._own[node].append(Effect(concern=concern))

    def _run(self, node: int, function: int) -> None:
        """Let a node call a function by its oid, one of PostgreSQL's own too."""
        if function in self._routines:
            self._lead(node, function_node(function))
        else:
            self._own[node].append(self.builtins.get(function, NO_EFFECT))

    def add_functions(self) -> None:
        """Add what the bodies of functions say."""
        for routine in self._routines.values():
            node = function_node(routine.oid)
            self._note(node, routine.concern)
            self._own[node].append(Effect(invents=routine.names))
            if routine.body:
                self._own[node].append(Effect(runs=True))
                self._add_body(node, routine.body)
        for caller, callee in self._rows.calls:
            if (one := self._routines.get(caller)) and one.body:
                self._run(function_node(caller), callee)
        for caller, relation in self._rows.looks:
            if caller in self._routines and relation in self._directory.relations:
                self._lead(function_node(caller), node_of(relation, READ))

    def _add_body(self, node: int, body: Body) -> None:
        for statement in (body.always, body.maybe):
            self._add_names(node, statement)
        for word in body.words:
            found = self._directory.named(Name("", word))
            self._own[node] += [Effect(touches=self._lineage.reads(oid)) for oid in found]
        for word in body.left:
            self._add_word(node, word)
        for operator in body.operators:
            self._call_all(node, self._lexicon.operators.get(operator, ()))
        self._own[node].append(Effect(catches=body.catches))
        for anywhere in self._rows.anywhere:
            self._run(node, anywhere.function)

    def _add_names(self, node: int, statement: Statement) -> None:
        for name in statement.reads | statement.others:
            self._lead_to(node, name, ALONE if name in statement.only else READ)
        for name in statement.inserts:
            self._lead_to(node, name, INSERT)
        for name in statement.updates:
            self._lead_to(node, name, UPDATE)
        for name in statement.deletes:
            self._lead_to(node, name, DELETE)
        for name in statement.truncates:
            self._lead_to(node, name, EMPTY if name in statement.empties else TRUNCATE)
        for name in statement.writes - statement.told:
            self._lead_to(node, name, *CHANGES)
        for name in statement.types:
            self._lead(node, *(node_of(oid, READ) for oid in self._directory.named(name)))
            self._call_all(node, self._lexicon.made(name))
        for name in statement.functions:
            self._call_all(node, (one.oid for one in self._lexicon.called(name)))
            self._call_all(node, self._lexicon.made(name))
            self._own[node].append(_own_effect(self._lexicon.own_concern(name), name.name))
        for operator in statement.operators:
            self._call_all(node, self._lexicon.operators.get(operator, ()))
        for column in statement.columns:
            self._add_column(node, column)

    def _lead_to(self, node: int, name: Name, *ways: int) -> None:
        found = self._directory.named(name)
        if not found and (name.schema or name.name not in self._transitions):
            self._note(node, unknown_concern(name))
        self._lead(node, *(node_of(oid, way) for oid in found for way in ways))

    def _add_column(self, node: int, column: str) -> None:
        self._call_all(node, self._lexicon.columns.get(column, ()))
        self._note(node, self._lexicon.word_concern(column))

    def _add_word(self, node: int, word: str) -> None:
        name = Name("", word)
        for oid in self._directory.named(name):
            self._lead(node, *(node_of(oid, way) for way in CHANGES))
        self._call_all(node, self._lexicon.made(name))
        self._call_all(node, (one.oid for one in self._lexicon.routines.get(word, ())))
        self._own[node].append(_own_effect(self._lexicon.word_concern(word), word))

    def _call_all(self, node: int, functions: Iterable[int]) -> None:
        for function in functions:
            self._run(node, function)

    # Closing

    def add_inventions(self) -> None:
        """Add what code that is not read may do to the names of parameters. It comes last."""
        loose = [one for one in self._routines.values() if one.loose]
        if not loose:
            return
        found = Inventing(self._rows, self._lexicon, self._directory, self._routines, self.builtins)
        known = found.closure(loose, self._owned, self._leading)
        for routine in loose:
            if known.of(function_node(routine.oid)):
                self._own[function_node(routine.oid)].append(Effect(invents=True))

    def _owned(self, node: int) -> Sequence[Effect]:
        return self._ways.own(node) if function_of(node) is None else self._own[node]

    def _leading(self, node: int) -> Collection[int]:
        return self._ways.edges(node) if function_of(node) is None else self._edges[node]

    def closure(self) -> Closure[Effect]:
        """Return what gives the effect of each node, with those of all that it leads to."""
        return Closure(self._leading, self._whole)

    def _whole(self, group: Sequence[int], behind: Sequence[Effect]) -> Effect:
        whole = combined([*(one for node in group for one in self._owned(node)), *behind])
        for node in group:
            if (oid := function_of(node)) is not None:
                one = self._routines[oid]
                whole = of_function(whole, str(one), in_worker=one.in_worker)
        return whole

    def certain(self) -> dict[int, Oids]:
        """Return what each function that was read certainly touches, by its oid."""
        found = united(self._surely, self._certain_calls)
        return {oid: found.of(oid) for oid in self._routines}

    def _certain_calls(self, oid: int) -> list[int]:
        body = self._routines[oid].body
        calls = map(self._lexicon.the_one, body.always.functions if body else ())
        return [one.oid for one in calls if one]

    def _surely(self, oid: int) -> Oids:
        """Return the relations that the body of a function certainly touches itself."""
        body = self._routines[oid].body
        whole, lineage = NO_OIDS, self._lineage
        if not body:
            return whole
        for name in body.always.reads | body.always.writes:
            touched = lineage.arrives if name in body.always.grows else lineage.reads
            touched = lineage.only if name in body.always.only else touched
            for relation in self._directory.named(name):
                if not self._directory.relations[relation].temporary:
                    whole |= touched(relation)
        return whole


def _ways(hook: Attachment) -> Iterable[int]:
    """Return what must be done to a relation for the code to run that is attached to it."""
    if hook.events:
        return (way for event, way in _OF_EVENTS.items() if hook.events & event)
    return (*CHANGES, UPKEEP) if hook.upkeep else CHANGES
