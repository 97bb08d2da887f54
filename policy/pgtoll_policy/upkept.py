"""Code that the server runs ever after: of indexes, of statistics, of range types.

Autovacuum runs it as the table's owner, in no session: nothing is there to watch it or to count. So
it must be proven when it is made part of such a thing, and may not become other code later.
"""

from collections.abc import Iterable

from pgtoll_policy.concerns import Concern
from pgtoll_policy.directory import UPKEPT, Directory
from pgtoll_policy.effects import Effect, combined
from pgtoll_policy.facts import NO_WORDS, Statement
from pgtoll_policy.functions import HARMLESS
from pgtoll_policy.routines import words_of
from pgtoll_policy.rows import CatalogRows, FunctionRow
from pgtoll_policy.vocabulary import Vocabulary

LATER = "runs again whenever the server keeps that up, in no session"
# What is compiled names nothing that somebody could put something else in the place of.
_BOUND = frozenset({"c", "internal"})
_SYSTEM = frozenset({"", "pg_catalog"})


def upkeep_words(rows: CatalogRows, directory: Directory) -> frozenset[str]:
    """Return the words of all code that upkeep runs: any may be the name of more code."""
    functions = {row.oid: row for row in rows.functions if row.language not in _BOUND}
    by_word: dict[str, list[FunctionRow]] = {}
    for row in functions.values():
        for word in words_of(row.name):
            by_word.setdefault(word, []).append(row)
    pending = [functions[oid] for oid in _run_by_upkeep(rows, directory) if oid in functions]
    seen = {row.oid for row in pending}
    found: set[str] = set()
    while pending:
        row = pending.pop()
        new = (words_of(row.name) | words_of(row.body)) - found
        found |= new
        for callee in (callee for word in new for callee in by_word.get(word, ())):
            if callee.oid not in seen:
                seen.add(callee.oid)
                pending.append(callee)
    return frozenset(found)


def _run_by_upkeep(rows: CatalogRows, directory: Directory) -> Iterable[int]:
    for relation in directory.marked.get(UPKEPT, ()):
        yield from (one.function for one in directory.attached[relation] if one.upkeep)
    yield from (one.function for one in rows.anywhere if one.what != "a cast")


def of_keeping(
    statement: Statement,
    vocabulary: Vocabulary,
    ambient: Effect,
    words: frozenset[str] = NO_WORDS,
) -> Effect | None:
    """Return what a statement leaves to upkeep, None if that is proven to touch nothing at all.

    `words` are those of what upkeep runs already.
    """
    for name in sorted(statement.makes, key=str) if words else ():
        if words_of(name.name) <= words:
            told = f'"{name}" may be run by an index, by statistics or by a range type'
            return Effect(concern=Concern(told, LATER))
    kept = _kept(statement, vocabulary, ambient) if statement.keeps else Effect()
    if kept == Effect(catches=kept.catches, runs=kept.runs):
        return None
    opaque, function, inserts = "a function of it touches tables", "", bool(kept.fills)
    if worst := kept.concern:
        opaque, function, inserts = worst.opaque, worst.function, worst.inserts or inserts
    return Effect(concern=Concern(opaque, LATER, inserts, function=function))


def _kept(statement: Statement, vocabulary: Vocabulary, ambient: Effect) -> Effect:
    """Return what the code in a statement may do. What came with the server is as it is, whatever
    else may have changed since the picture was made."""
    own = {one for one in statement.functions if one.name in HARMLESS and one.schema in _SYSTEM}
    return combined(
        [
            *vocabulary.of_statement(statement),
            *([ambient] if statement.functions - own else ()),
        ]
    )
