"""Names in a statement that stand for code: functions, operators, types, columns that call."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from pgtoll_policy.concerns import Concern, builtin_concern, trap_concern
from pgtoll_policy.effects import NO_EFFECT, Effect, combined, through
from pgtoll_policy.facts import Name, Statement
from pgtoll_policy.functions import HARMLESS, PROBES, RUN_NO_CODE
from pgtoll_policy.routines import Routine
from pgtoll_policy.rows import CatalogRows

K = TypeVar("K")
T = TypeVar("T")


def schema_matches(written: str, schema: str, *, temporary: bool) -> bool:
    """Tell whether a schema as written, or none, may mean this one."""
    if written == "pg_temp":
        return temporary
    return not written or written == schema


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Which functions each name may run, by their oids."""

    routines: Mapping[str, tuple[Routine, ...]]
    operators: Mapping[str, tuple[int, ...]]
    types: Mapping[str, tuple[tuple[str, int], ...]]  # schema, function
    columns: Mapping[str, tuple[int, ...]]
    builtins: frozenset[str]  # PostgreSQL's own that are not proven harmless
    coded: Mapping[int, tuple[int, ...]]  # the functions that make values of types, by their oids

    def called(self, name: Name) -> list[Routine]:
        """Return the user's functions that a call may mean. One without a schema is never
        temporary: the server does not look for functions there."""
        return [
            routine
            for routine in self.routines.get(name.name, ())
            if schema_matches(name.schema, routine.schema, temporary=routine.temporary)
            and not (routine.temporary and not name.schema)
        ]

    def the_one(self, name: Name) -> Routine | None:
        """Return the function that a call means, if there is no doubt."""
        found = self.called(name)
        own = name.schema in ("", "pg_catalog") and name.name in HARMLESS | self.builtins
        return found[0] if len(found) == 1 and not own else None

    def own_concern(self, name: Name) -> Concern | None:
        """Return what speaks against a call if it means one of PostgreSQL's own functions."""
        known = bool(self.called(name))
        if name.schema in ("", "pg_catalog"):
            return trap_concern(name.name) if known else self._builtin_concern(name.name)
        if known:
            return None
        told = f'function "{name}" is not known'
        known = name.name in self.builtins
        unread = known and name.name not in RUN_NO_CODE
        return Concern(told, runs_text=True, invents=known, unread=unread)

    def _builtin_concern(self, name: str) -> Concern | None:
        concern = builtin_concern(name)
        if concern is None or name in self.builtins:
            return concern
        return replace(concern, invents=False, unread=False)  # what is not there runs nothing

    def word_concern(self, word: str) -> Concern | None:
        """Return what speaks against a word that may be a call of one of PostgreSQL's own."""
        return builtin_concern(word) if word in self.builtins else trap_concern(word)

    def made(self, name: Name) -> list[int]:
        """Return the functions that may run when a value of a type is made."""
        return [
            function
            for schema, function in self.types.get(name.name, ())
            if schema_matches(name.schema, schema, temporary=schema.startswith("pg_temp_"))
        ]


def index_names(rows: CatalogRows, routines: Mapping[int, Routine]) -> Lexicon:
    """Return the lexicon of a database whose functions have been judged."""
    calls = [(one.name, one.oid) for one in routines.values() if one.by_dot]
    casts = [(row.name, row.function) for row in rows.types]
    return Lexicon(
        routines=_group((one.name, one) for one in routines.values()),
        operators=_group((row.name, row.function) for row in rows.operators),
        types=_group((row.name, (row.schema, row.function)) for row in rows.types),
        columns=_group([*calls, *casts]),
        builtins=frozenset(row.name for row in rows.builtins),
        coded=_group((row.oid, row.function) for row in rows.types),
    )


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What each name may do. Names of PostgreSQL's own that are harmless are in none of these."""

    lexicon: Lexicon
    effects: Mapping[int, Effect]  # by function; of the harmless there is nothing

    def of_statement(self, statement: Statement) -> Iterable[Effect]:
        """Return what the code that a statement names may do."""
        for name in sorted(statement.functions, key=str):
            yield self.of_function(name, told=name in statement.told_sequences)
        yield from (self.of_operator(name) for name in sorted(statement.operators))
        yield from (self.of_type(name) for name in sorted(statement.types, key=str))
        yield from (self.of_column(name) for name in sorted(statement.columns))

    def of_constants(self) -> Effect:
        """Return what constants in a text that is not read may do: they may be of any type."""
        made = (one for group in self.lexicon.types.values() for _, one in group)
        return self._through(made, "a type")

    def of_function(self, name: Name, *, told: bool = False) -> Effect:
        """Return what calling a function may do. f('x') is a cast if there is a type f.

        `told`: it is for sequences, and those are looked at like any relation that is named.
        """
        found = [self.effects.get(one.oid, NO_EFFECT) for one in self.lexicon.called(name)]
        concern = None if told else self.lexicon.own_concern(name)
        own = Effect(concern=concern, probes=name.name in PROBES)
        return combined([*found, own, self.of_type(name)])

    def of_operator(self, name: str) -> Effect:
        """Return what an operator may do, of whatever types."""
        return self._through(self.lexicon.operators.get(name, ()), f"operator {name}")

    def of_column(self, name: str) -> Effect:
        """Return what x.name may do, which may mean name(x)."""
        what = f'"{name}" after a dot'
        called = self._through(self.lexicon.columns.get(name, ()), what)
        return called if called.concern else combined([called, Effect(concern=trap_concern(name))])

    def of_word(self, word: str) -> Effect:
        """Return what a word may do that may be the name of anything but a relation."""
        called = [
            self.effects.get(one.oid, NO_EFFECT) for one in self.lexicon.routines.get(word, ())
        ]
        own = Effect(concern=self.lexicon.word_concern(word), probes=word in PROBES)
        return combined([*called, own, self.of_type(Name("", word))])

    def of_type(self, name: Name) -> Effect:
        """Return what making a value of a type may do."""
        return self._through(self.lexicon.made(name), f'type "{name.name}"')

    def of_coded(self, oid: int) -> Effect:
        """Return what making a value of a type may do, by its oid."""
        return self._through(self.lexicon.coded.get(oid, ()), "a type")

    def _through(self, functions: Iterable[int], what: str) -> Effect:
        found = (self.effects[one] for one in functions if one in self.effects)
        return combined(through(effect, what) for effect in found)


def _group(pairs: Iterable[tuple[K, T]]) -> dict[K, tuple[T, ...]]:
    groups: dict[K, list[T]] = {}
    for name, one in pairs:
        groups.setdefault(name, []).append(one)
    return {name: tuple(group) for name, group in groups.items()}
