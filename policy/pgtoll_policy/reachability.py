"""Catalog rows -> what may happen when a relation is read or changed, or a function is called.

Code reads relations, and relations run code: views call functions, functions insert into tables
that have triggers. So it is one graph. Its nodes are each relation in all that is done to one, and
each function being called; it is closed once, for all statements that ever name them.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from pgtoll_policy.body import Body
from pgtoll_policy.closure import components, united
from pgtoll_policy.concerns import Concern, builtin_concern
from pgtoll_policy.effects import NO_EFFECT, Effect, combined, of_function
from pgtoll_policy.facts import Name, Statement
from pgtoll_policy.functions import PROBES
from pgtoll_policy.inventing import Inventing
from pgtoll_policy.relations import Lineage, read_concern, unknown_concern, write_concern
from pgtoll_policy.routines import Routine
from pgtoll_policy.rows import Attachment, CatalogRows
from pgtoll_policy.vocabulary import Lexicon

# Rows arrive that are inserted, and that come from another partition; who empties a table may empty
# all that refer to it. What is read ALONE is read without the tables below it.
READ, INSERT, ARRIVE, UPDATE, DELETE, TRUNCATE, EMPTY, UPKEEP, ALONE = range(9)
WAYS = 9
CHANGES = (ARRIVE, UPDATE, DELETE, TRUNCATE)
QUERIED = (INSERT, UPDATE, DELETE)  # what rules may be of
_OF_EVENTS = {4: ARRIVE, 8: DELETE, 16: UPDATE, 32: TRUNCATE}  # pg_trigger.tgtype


@dataclass(frozen=True, slots=True)
class Reachable:
    """The closed graph."""

    relations: tuple[tuple[Effect, ...], ...]  # by place, then by way: READ, INSERT ...
    functions: Mapping[int, Effect]  # by oid
    certain: Mapping[int, int]  # by oid: the relations that a call certainly touches


def close(
    rows: CatalogRows,
    lineage: Lineage,
    routines: Mapping[int, Routine],
    lexicon: Lexicon,
    named: Callable[[Name], Iterable[int]],
) -> Reachable:
    """Return what everything may do. `named` gives the places of the relations of a name."""
    graph = _Graph(rows, lineage, routines, lexicon, named)
    graph.add_relations()
    graph.add_functions()
    graph.add_inventions()
    effects = graph.closed()
    first = WAYS * len(rows.relations)
    return Reachable(
        tuple(tuple(effects[at : at + WAYS]) for at in range(0, first, WAYS)),
        graph.builtins | dict(zip(routines, effects[first:], strict=True)),
        graph.certain(),
    )


@lru_cache(maxsize=10_000)  # the server's own names: they stay the same from picture to picture
def _builtin_effect(name: str) -> Effect:
    return _own_effect(builtin_concern(name), name)


def _own_effect(concern: Concern | None, name: str) -> Effect:
    """Return the effect of what a name means of PostgreSQL's own, if it does mean that."""
    return Effect(concern=concern, probes=name in PROBES)


class _Graph:
    """The nodes so far: one for each relation by its place and way, then one for each function."""

    def __init__(
        self,
        rows: CatalogRows,
        lineage: Lineage,
        routines: Mapping[int, Routine],
        lexicon: Lexicon,
        named: Callable[[Name], Iterable[int]],
    ) -> None:
        self._rows, self._lineage, self._lexicon = rows, lineage, lexicon
        self._routines = routines
        self._named = named
        self._functions = {
            oid: node for node, oid in enumerate(routines, start=WAYS * len(rows.relations))
        }
        self._transitions = frozenset(rows.transitions)
        size = WAYS * len(rows.relations) + len(routines)
        self._edges: list[set[int]] = [set() for _ in range(size)]
        self._own: list[list[Effect]] = [[] for _ in range(size)]
        self.builtins = {row.oid: _builtin_effect(row.name) for row in rows.builtins}

    # Building

    def _lead(self, start: int, *ends: int) -> None:
        self._edges[start].update(ends)

    def _note(self, node: int, concern: Concern | None) -> None:
        if concern:
            self._own[node].append(Effect(concern=concern))

    def _run(self, node: int, function: int) -> None:
        """Let a node call a function by its oid, one of PostgreSQL's own too."""
        if function in self._functions:
            self._lead(node, self._functions[function])
        else:
            self._own[node].append(self.builtins.get(function, NO_EFFECT))

    def add_relations(self) -> None:
        """Add what the catalog says of relations."""
        lasting = sum(
            1 << place for place, row in enumerate(self._rows.relations) if not row.temporary
        )
        for place, row in enumerate(self._rows.relations):
            at, lineage = WAYS * place, self._lineage
            touches = {READ: lineage.reads[place], ALONE: lineage.only[place]}
            for way in self._looking(place):
                self._own[at + way].append(Effect(touches=touches[way], concern=read_concern(row)))
            self._own[at + INSERT].append(Effect(fills=lineage.reads[place] & lasting))
            self._add_ways(place)
            for way in CHANGES:
                self._note(at + way, write_concern(row))
            for lower in lineage.below[place]:
                for way in self._lower_ways(place):
                    self._lead(at + way, WAYS * lower + way)
        self._add_rules()
        self._add_keys()
        self._add_code()

    def _add_ways(self, place: int) -> None:
        at, edges = WAYS * place, self._edges
        edges[at + INSERT].add(at + ARRIVE)
        edges[at + EMPTY].add(at + TRUNCATE)
        edges[at + ARRIVE].add(at + ALONE)
        if place not in self._lineage.alone:
            edges[at + ALONE].add(at + READ)
        for way in (UPDATE, DELETE, TRUNCATE):
            edges[at + way].add(at + READ)
        if self._rows.relations[place].kind == "p":  # a row that moves leaves one, arrives in one
            self._lead(at + UPDATE, at + DELETE, at + ARRIVE)
            self._own[at + UPDATE].append(Effect(shifts=1 << place))

    def _looking(self, place: int) -> tuple[int, ...]:
        """The ways that run what a look at rows runs, other than by leading to READ."""
        return (READ, ALONE) if place in self._lineage.alone else (READ,)

    def _lower_ways(self, place: int) -> Iterable[int]:
        """What is done to those below whenever it is done to a relation."""
        if place in self._lineage.alone:
            return (way for way in range(WAYS) if way not in (INSERT, ARRIVE, ALONE))
        return range(WAYS)

    def _pairs(self, pairs: Iterable[tuple[int, int]]) -> Iterable[tuple[int, int]]:
        places = self._lineage.places
        return (
            (WAYS * places[left], WAYS * places[right])
            for left, right in pairs
            if left in places and right in places
        )

    def _add_rules(self) -> None:
        # What a rule does with its own relation is not among the rows.
        for start, end in self._pairs(
            [*self._rows.rules, *((relation, relation) for relation, _ in self._rows.rules)]
        ):
            for way in QUERIED:
                self._lead(start + way, *(end + done for done in QUERIED))

    def _add_keys(self) -> None:
        for start, end in self._pairs(self._rows.policies):
            for way in self._looking(start // WAYS):
                self._lead(start + way, end)
        for start, end in self._pairs(self._rows.used):
            for way in CHANGES:
                self._lead(start + way, end)
        for key in self._rows.keys:
            for child, parent in self._pairs([(key.child, key.parent)]):
                self._lead(child + ARRIVE, parent)
                self._lead(child + UPDATE, parent)
                self._lead(parent + UPDATE, child + (UPDATE if key.on_update else READ))
                self._lead(parent + DELETE, child + READ)
                if key.on_delete:  # its rows are deleted, or refer to nothing or another one
                    self._lead(parent + DELETE, child + DELETE, child + UPDATE)
                self._lead(parent + EMPTY, child + EMPTY)

    def _add_code(self) -> None:
        for hook in self._rows.attached:
            if (place := self._lineage.places.get(hook.relation)) is not None:
                for way in self._looking(place) if hook.reading else _ways(hook):
                    self._run(WAYS * place + way, hook.function)

    # Functions

    def add_functions(self) -> None:
        """Add what the bodies of functions say."""
        for routine in self._routines.values():
            node = self._functions[routine.oid]
            self._note(node, routine.concern)
            self._own[node].append(Effect(invents=routine.names))
            if routine.body:
                self._own[node].append(Effect(runs=True))
                self._add_body(node, routine.body)
        for caller, callee in self._rows.calls:
            if (one := self._routines.get(caller)) and one.body:
                self._run(self._functions[caller], callee)
        for caller, relation in self._rows.looks:
            if caller in self._functions and relation in self._lineage.places:
                self._lead(self._functions[caller], WAYS * self._lineage.places[relation])

    def _add_body(self, node: int, body: Body) -> None:
        for statement in (body.always, body.maybe):
            self._add_names(node, statement)
        for word in body.words:
            bits = [self._lineage.reads[place] for place in self._named(Name("", word))]
            self._own[node] += [Effect(touches=one) for one in bits]
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
            self._lead(node, *(WAYS * place for place in self._named(name)))
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
        places = list(self._named(name))
        if not places and (name.schema or name.name not in self._transitions):
            self._note(node, unknown_concern(name))
        self._lead(node, *(WAYS * place + way for place in places for way in ways))

    def _add_column(self, node: int, column: str) -> None:
        self._call_all(node, self._lexicon.columns.get(column, ()))
        self._note(node, self._lexicon.word_concern(column))

    def _add_word(self, node: int, word: str) -> None:
        name = Name("", word)
        for place in self._named(name):
            self._lead(node, *(WAYS * place + way for way in CHANGES))
        self._call_all(node, self._lexicon.made(name))
        self._call_all(node, (one.oid for one in self._lexicon.routines.get(word, ())))
        self._own[node].append(_own_effect(self._lexicon.word_concern(word), word))

    def _call_all(self, node: int, functions: Iterable[int]) -> None:
        for function in functions:
            self._run(node, function)

    # Closing

    def add_inventions(self) -> None:
        """Add what code that is not read may do to the names of parameters. It comes last."""
        found = Inventing(
            self._rows, self._lexicon, self._named, self._functions, self.builtins, WAYS
        )
        known = found.nodes(self._routines.values(), self._own, self._edges)
        for routine in self._routines.values():
            node = self._functions[routine.oid]
            if routine.loose and known[node]:
                self._own[node].append(Effect(invents=True))

    def closed(self) -> list[Effect]:
        """Return the effect of each node, with those of all that it leads to."""
        edges = [sorted(ends) for ends in self._edges]
        routines = list(self._routines.values())
        first = WAYS * len(self._rows.relations)
        found = [NO_EFFECT] * len(edges)
        for group in components(edges):
            parts = [one for node in group for one in self._own[node]]
            followers = edges[group[0]]
            if len(group) > 1:
                followers = sorted({end for node in group for end in edges[node]})
            whole = combined([*parts, *[found[end] for end in followers]])
            for node in sorted(group):
                if node >= first:
                    one = routines[node - first]
                    whole = of_function(whole, str(one), in_worker=one.in_worker)
            for node in group:
                found[node] = whole
        return found

    def certain(self) -> dict[int, int]:
        """Return what each function that was read certainly touches, by its oid."""
        numbers = {oid: number for number, oid in enumerate(self._routines)}
        own: list[int] = []
        edges: list[list[int]] = []
        for routine in self._routines.values():
            always = routine.body.always if routine.body else None
            own.append(self._surely(always) if always else 0)
            calls = map(self._lexicon.the_one, always.functions if always else ())
            edges.append([numbers[one.oid] for one in calls if one])
        return dict(zip(numbers, united(own, edges), strict=True))

    def _surely(self, always: Statement) -> int:
        """Return the relations that these statements touch."""
        bits, lineage = 0, self._lineage
        for name in always.reads | always.writes:
            touched = lineage.arrives if name in always.grows else lineage.reads
            touched = lineage.only if name in always.only else touched
            for place in self._named(name):
                if not self._rows.relations[place].temporary:
                    bits |= touched[place]
        return bits


def _ways(hook: Attachment) -> Iterable[int]:
    """Return what must be done to a relation for the code to run that is attached to it."""
    if hook.events:
        return (way for event, way in _OF_EVENTS.items() if hook.events & event)
    return (*CHANGES, UPKEEP) if hook.upkeep else CHANGES
