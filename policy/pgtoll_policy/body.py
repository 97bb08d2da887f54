"""The facts of a function's body, as values: whoever asks for them need not have the parsers."""

from dataclasses import dataclass
from typing import NamedTuple

from pgtoll_policy.facts import NO_WORDS, Name, Script, Statement
from pgtoll_policy.kinds import PLPGSQL

AGGREGATE = "aggregate"  # stands for the language of aggregates; their body names functions
READABLE = frozenset({"sql", PLPGSQL, AGGREGATE})

_EMPTY = Statement("body", 0, 0)
CATCHING = "exception"
# What may end the transaction in the middle of a block.
_ENDING = frozenset({"commit", "rollback", "call"})


class BodyText(NamedTuple):
    """All that the facts of a body depend on."""

    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Body:
    """The facts of one body. Where `opaque` is not empty, the names are no more than a part."""

    always: Statement = _EMPTY  # the names in what every call runs that does not fail
    maybe: Statement = _EMPTY  # the names in all the rest
    words: frozenset[str] = NO_WORDS  # all words there are: any may be a relation
    left: frozenset[str] = NO_WORDS  # words that are in no statement: any may be anything
    operators: frozenset[str] = NO_WORDS  # among what is left
    changes: tuple[Statement, ...] = ()  # of the catalog, in a DO block; none is certain to run
    opaque: str = ""  # why it cannot be read, as a clause: "it ..."

    @property
    def may_commit(self) -> bool:
        """Whether it may end the transaction by itself, where it is allowed to."""
        return not self.words.isdisjoint(_ENDING)

    @property
    def catches(self) -> bool:
        """Whether it may catch an error: what it did before is then undone, locks and all."""
        return CATCHING in self.words


def as_script(body: Body) -> Script:
    """Return a body in the form of a script, which is what parser processes answer with."""
    names = frozenset(Name("", word) for word in body.words)
    words = Statement("words", 0, 0, names, operators=body.operators, columns=body.left)
    return Script((body.always, body.maybe, words), refusal=body.opaque)


def from_script(script: Script) -> Body:
    """Return the body that a script stands for; whatever it may be, that is a body."""
    if script.refusal or len(script.statements) != 3:
        return Body(opaque=script.refusal or "it cannot be read")
    always, maybe, words = script.statements
    names = frozenset(name.name for name in words.reads)
    return Body(always, maybe, names, words.columns, words.operators)
