"""Which code in the database may make up names of parameters, by itself or by what it leads to.

Of code that is read, the graph of reachability.py tells. What is not read, and does it not by
itself (coining.py), leads wherever its words may lead: that is more than it does, and would be too
much for any other question.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from pgtoll_policy.closure import united
from pgtoll_policy.coining import Loose
from pgtoll_policy.effects import NO_EFFECT, Effect
from pgtoll_policy.facts import ANY_SETTING, Name, Statement
from pgtoll_policy.functions import SETS
from pgtoll_policy.routines import Routine
from pgtoll_policy.rows import CatalogRows
from pgtoll_policy.vocabulary import Lexicon

# A user's own function of this name may make any text of what it is given.
_FORMAT = "format"
_TEXTS = frozenset({Name("", "text"), Name("pg_catalog", "text"), Name("pg_catalog", "varchar")})


@dataclass(frozen=True, slots=True)
class Inventing:
    """Where code that is not read may lead: to nodes, `ways` of them for each relation first."""

    rows: CatalogRows
    lexicon: Lexicon
    named: Callable[[Name], Iterable[int]]  # the places of the relations of a name
    functions: Mapping[int, int]  # the nodes of functions, by their oids
    builtins: Mapping[int, Effect]
    ways: int

    def nodes(
        self,
        routines: Iterable[Routine],
        own: Sequence[Iterable[Effect]],
        edges: Sequence[Iterable[int]],
    ) -> list[bool]:
        """Return for each node whether it may make up names. `own` is what each does itself."""
        bits = [int(any(map(invents, effects))) for effects in own]
        ends = [set(group) for group in edges]
        anything = len(bits)
        bits.append(0)
        ends.append(set(range(self.ways * len(self.rows.relations))))
        for row in self.rows.types:
            self._call(anything, row.function, bits, ends)
        for routine in routines:
            if routine.loose:
                node = self.functions[routine.oid]
                self._follow(node, routine, routine.loose, bits, ends)
                if routine.loose.any_relation:
                    ends[node].add(anything)
        return [bool(one) for one in united(bits, [sorted(group) for group in ends])]

    def _follow(
        self, node: int, routine: Routine, loose: Loose, bits: list[int], ends: list[set[int]]
    ) -> None:
        lexicon = self.lexicon
        called = [one.function for one in self.rows.anywhere]
        called += self.rows.event_triggers
        called += (oid for group in lexicon.operators.values() for oid in group)
        called += (callee for caller, callee in self.rows.calls if caller == routine.oid)
        for word in loose.words:
            for place in self.named(Name("", word)):
                ends[node].update(range(self.ways * place, self.ways * (place + 1)))
            called += (oid for _, oid in lexicon.types.get(word, ()))
            called += (one.oid for one in lexicon.routines.get(word, ()))
            concern = lexicon.word_concern(word)
            own_format = word == _FORMAT and word in lexicon.routines
            bits[node] |= own_format or bool(concern and concern.invents)
        for oid in called:
            self._call(node, oid, bits, ends)

    def _call(self, node: int, function: int, bits: list[int], ends: list[set[int]]) -> None:
        if function in self.functions:
            ends[node].add(self.functions[function])
        else:
            bits[node] |= invents(self.builtins.get(function, NO_EFFECT))


def invents(effect: Effect) -> bool:
    """Tell whether something may make up names of parameters."""
    return effect.invents or bool(effect.concern and effect.concern.invents)


def sets_alone(statement: Statement, lexicon: Lexicon) -> bool:
    """Tell whether all that a statement does is to set parameters whose names are in its text."""
    ours = {Name("", SETS), Name("pg_catalog", SETS)} & statement.functions
    if not ours or statement.verb != "select" or ANY_SETTING in statement.settings:
        return False
    named = (statement.functions - ours) | statement.reads | statement.writes | statement.others
    besides = named | (statement.types - _TEXTS)
    own = SETS in lexicon.routines or any(map(lexicon.made, statement.types))
    return not (besides or statement.operators or statement.columns or own)
