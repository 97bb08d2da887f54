"""Catalog rows -> what may happen when a relation is read or changed, or a function is called.

Code reads relations, and relations run code: views call functions, functions insert into tables
that have triggers. So it is one graph. Its nodes are each relation being read, filled, changed,
kept up or emptied with what refers to it, and each function being called; it is closed once, for
all statements that ever name them.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from pgtoll_policy.body import Body
from pgtoll_policy.closure import components, united
from pgtoll_policy.concerns import Concern, builtin_concern
from pgtoll_policy.effects import NO_EFFECT, Effect, combined, of_function
from pgtoll_policy.facts import Name, Statement
from pgtoll_policy.functions import PROBES
from pgtoll_policy.inventing import Inventing
from pgtoll_policy.relations import Lineage, read_concern, unknown_concern, write_concern
from pgtoll_policy.routines import Routine
from pgtoll_policy.rows import CatalogRows
from pgtoll_policy.vocabulary import Lexicon

READ, INSERT, CHANGE, UPKEEP, EMPTY = range(5)
WAYS = 5


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


def _builtin_effect(name: str) -> Effect:
    return _own_effect(builtin_concern(name), name)


def _own_effect(concern: Concern | None, name: str) -> Effect:
    """Return the effect of what a name means of PostgreSQL's own, if it does mean that."""
    return Effect(concern=concern, probes=name in PROBES)


class _Graph:
    """The nodes so far: five for each relation by its place, then one for each function."""

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
            at, reads = WAYS * place, self._lineage.reads[place]
            self._own[at].append(Effect(touches=reads, concern=read_concern(row)))
            self._own[at + INSERT].append(Effect(fills=reads & lasting))
            self._lead(at + EMPTY, at + CHANGE)
            for node in (at + INSERT, at + CHANGE):
                self._lead(node, at)
                self._note(node, write_concern(row))
            for lower in self._lineage.below[place]:
                for way in range(WAYS):
                    self._lead(at + way, WAYS * lower + way)
        self._add_rules()
        self._add_keys()
        self._add_code()

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
            for way in (INSERT, CHANGE):
                self._lead(start + way, end + INSERT, end + CHANGE)

    def _add_keys(self) -> None:
        for start, end in self._pairs(self._rows.policies):
            self._lead(start, end)
        for start, end in self._pairs(self._rows.used):
            self._lead(start + INSERT, end)
            self._lead(start + CHANGE, end)
        for key in self._rows.keys:
            for child, parent in self._pairs([(key.child, key.parent)]):
                self._lead(child + INSERT, parent)
                self._lead(child + CHANGE, parent)
                followed = CHANGE if key.on_update or key.on_delete else READ
                self._lead(parent + CHANGE, child + followed)
                self._lead(parent + EMPTY, child + EMPTY)

    def _add_code(self) -> None:
        for hook in self._rows.attached:
            if (place := self._lineage.places.get(hook.relation)) is not None:
                ways = (INSERT, CHANGE, UPKEEP) if hook.upkeep else (INSERT, CHANGE)
                for way in (READ,) if hook.reading else ways:
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
            self._lead_to(node, name, READ)
        for name in statement.inserts:
            self._lead_to(node, name, INSERT)
        grow = statement.inserts - statement.reads - statement.upserts
        for name in statement.writes - grow:
            self._lead_to(node, name, EMPTY if name in statement.empties else CHANGE)
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

    def _lead_to(self, node: int, name: Name, way: int) -> None:
        places = list(self._named(name))
        if not places and (name.schema or name.name not in self._transitions):
            self._note(node, unknown_concern(name))
        self._lead(node, *(WAYS * place + way for place in places))

    def _add_column(self, node: int, column: str) -> None:
        self._call_all(node, self._lexicon.columns.get(column, ()))
        self._note(node, self._lexicon.word_concern(column))

    def _add_word(self, node: int, word: str) -> None:
        name = Name("", word)
        self._lead(node, *(WAYS * place + CHANGE for place in self._named(name)))
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
        found: list[Effect] = [Effect()] * len(edges)
        for group in components(edges):
            parts = [one for node in group for one in self._own[node]]
            followers = sorted({end for node in group for end in edges[node]})
            whole = combined([*parts, *(found[end] for end in followers)])
            for node in sorted(group):
                if node >= WAYS * len(self._rows.relations):
                    one = routines[node - WAYS * len(self._rows.relations)]
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
            own.append(self._lasting(always.reads | always.writes) if always else 0)
            calls = map(self._lexicon.the_one, always.functions if always else ())
            edges.append([numbers[one.oid] for one in calls if one])
        return dict(zip(numbers, united(own, edges), strict=True))

    def _lasting(self, names: Iterable[Name]) -> int:
        bits = 0
        for name in names:
            for place in self._named(name):
                if not self._rows.relations[place].temporary:
                    bits |= self._lineage.reads[place]
        return bits
