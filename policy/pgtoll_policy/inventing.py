"""Which code in the database may make up names of parameters, by itself or by what it leads to.

Of code that is read, the graph of reachability.py tells. What is not read, and does it not by
itself (coining.py), leads wherever its words may lead: that is more than it does, and would be too
much for any other question.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from pgtoll_policy.closure import Closure
from pgtoll_policy.coining import Loose
from pgtoll_policy.directory import Directory
from pgtoll_policy.effects import NO_EFFECT, Effect
from pgtoll_policy.facts import ANY_SETTING, Name, Statement
from pgtoll_policy.functions import SETS
from pgtoll_policy.nodes import WAYS, function_node, node_of
from pgtoll_policy.relations import read_concern, write_concern
from pgtoll_policy.routines import Routine
from pgtoll_policy.rows import CatalogRows
from pgtoll_policy.vocabulary import Lexicon

# A user's own function of this name may make any text of what it is given.
_FORMAT = "format"
_TEXTS = frozenset({Name("", "text"), Name("pg_catalog", "text"), Name("pg_catalog", "varchar")})


_ANYTHING = -1  # the node of what leads to every relation


class Inventing:
    """Where code that is not read may lead."""

    def __init__(
        self,
        rows: CatalogRows,
        lexicon: Lexicon,
        directory: Directory,
        routines: Collection[int],
        builtins: Mapping[int, Effect],
    ) -> None:
        """`routines` are all functions, by their oids."""
        self._rows, self._lexicon, self._directory = rows, lexicon, directory
        self._routines, self._builtins = routines, builtins
        # What is added to the nodes that are there: whether they make up names, where they lead.
        self._bits: set[int] = set()
        self._ends: dict[int, set[int]] = {_ANYTHING: set()}

    def closure(
        self,
        loose: Iterable[Routine],
        own: Callable[[int], Iterable[Effect]],
        edges: Callable[[int], Collection[int]],
    ) -> Closure[bool]:
        """Return what tells of a node whether it may make up names.

        `loose` are functions that are not read; `own` gives what each node does itself, `edges`
        where it leads.
        """
        self._add_anything()
        for routine in loose:
            if routine.loose:
                self._follow(function_node(routine.oid), routine, routine.loose)

        def leading(node: int) -> Collection[int]:
            added = self._ends.get(node, set())
            return added if node == _ANYTHING else added.union(edges(node))

        def whole(group: Sequence[int], behind: Sequence[bool]) -> bool:
            if any(behind) or not self._bits.isdisjoint(group):
                return True
            return any(invents(one) for node in group if node != _ANYTHING for one in own(node))

        return Closure(leading, whole)

    def _add_anything(self) -> None:
        """Let one node lead to every relation. PostgreSQL's own settle it nearly always."""
        for row in self._rows.types:
            self._call(_ANYTHING, row.function)
        for relation in self._directory.relations.values():
            concerns = (read_concern(relation), write_concern(relation))
            if any(one.invents for one in concerns if one):
                self._bits.add(_ANYTHING)
                return
        oids = self._directory.relations
        self._ends[_ANYTHING].update(node_of(oid, way) for oid in oids for way in WAYS)

    def _follow(self, node: int, routine: Routine, loose: Loose) -> None:
        lexicon = self._lexicon
        self._ends[node] = {_ANYTHING} if loose.any_relation else set()
        called = [one.function for one in self._rows.anywhere]
        called += self._rows.event_triggers
        called += (oid for group in lexicon.operators.values() for oid in group)
        called += (callee for caller, callee in self._rows.calls if caller == routine.oid)
        for word in loose.words:
            for relation in self._directory.named(Name("", word)):
                self._ends[node].update(node_of(relation, way) for way in WAYS)
            called += (oid for _, oid in lexicon.types.get(word, ()))
            called += (one.oid for one in lexicon.routines.get(word, ()))
            concern = lexicon.word_concern(word)
            own_format = word == _FORMAT and word in lexicon.routines
            if own_format or (concern and concern.invents):
                self._bits.add(node)
        for oid in called:
            self._call(node, oid)

    def _call(self, node: int, function: int) -> None:
        if function in self._routines:
            self._ends[node].add(function_node(function))
        elif invents(self._builtins.get(function, NO_EFFECT)):
            self._bits.add(node)


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
