"""SQL text -> the facts of its statements.

PostgreSQL's own grammar is the authority for what a text says. A second parser must find the same
relations in the same roles wherever it understands the text; where the two disagree, the text is
not judged at all. Everything here is a function of the text alone.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from pgtoll_policy.agreement import disagreement
from pgtoll_policy.bare import is_bare, parses_elsewhere
from pgtoll_policy.disclosure import discreet_reads
from pgtoll_policy.facts import ANY_SETTING, MAX_BYTES, MAX_TREE_BYTES, Act, Name, Script, Statement
from pgtoll_policy.grammar import Parsed, parse
from pgtoll_policy.kinds import (
    act_of,
    code_text,
    holds,
    kind_of,
    settings_of,
    unwatchable,
    user_named_by,
    verb_of,
)
from pgtoll_policy.lexer import Lexeme, scan, without_comments
from pgtoll_policy.libpg_query import QueryError
from pgtoll_policy.shape import shortened
from pgtoll_policy.walk import Walk

__all__ = ["ANY_SETTING", "MAX_BYTES", "Act", "Name", "Script", "Statement", "read_script"]

LONG_BYTES = 16 << 10  # from here on it pays to leave out rows that are the same but for constants
SHORTER = 4  # times, or nothing is won
_SHAPEABLE = frozenset({"SelectStmt", "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt"})


def read_script(
    text: str,
    *,
    standard_conforming_strings: bool = True,
    strict: bool = False,
    second_reader: bool = True,
) -> Script:
    """Return the facts of every statement in a text, or why it cannot be judged. Raises nothing.

    With `strict`, what the second reader cannot read is not judged either, as long as it names a
    relation.
    """
    try:
        data = text.encode()
        if len(data) > MAX_BYTES:
            return _refused(f"it is longer than {MAX_BYTES} bytes")
        if b"\0" in data:
            return _refused("there is a NUL in it")
        reading = _Reading(standard_conforming_strings, strict, second_reader)
        return _read_long(data, reading) or _read(data, reading)
    except UnicodeEncodeError:
        return _refused("it is not Unicode text")
    except (RecursionError, MemoryError):
        return _refused("it is nested too deeply")
    except Exception as exc:  # fail closed: what cannot be read is not judged
        return _refused(f"it cannot be read ({type(exc).__name__})")


def _refused(reason: str) -> Script:
    return Script((), refusal=reason)


class _Reading(NamedTuple):
    """How a text is to be read."""

    standard_conforming_strings: bool
    strict: bool
    second_reader: bool


def _read_long(data: bytes, how: _Reading) -> Script | None:
    """Return the facts of a long text by a short one that has the same, None if there is none."""
    long = len(data) > LONG_BYTES and how.standard_conforming_strings
    short = shortened(data) if long else None
    if short is not None and len(short) <= min(len(data) // SHORTER, MAX_TREE_BYTES):
        script = _read(short, how)
        if script.shapeable:
            (statement,) = script.statements
            return replace(script, statements=(replace(statement, start=0, end=len(data)),))
    if len(data) > MAX_TREE_BYTES:
        return _refused(f"it is longer than {MAX_TREE_BYTES} bytes, and not by constants alone")
    return None


def _read(data: bytes, how: _Reading) -> Script:
    try:
        parsed = _parsed(data, standard_conforming_strings=how.standard_conforming_strings)
    except QueryError as exc:
        opaque = Statement(
            "unknown", 0, len(data), opaque=f"PostgreSQL's grammar rejects it: {exc}"
        )
        return Script((opaque,), rejected=True)
    walks = [_walk(one) for one in parsed]
    statements = tuple(map(_facts, parsed, walks))
    if how.second_reader:
        # libpg_query's scanner, unlike its parser, always takes a backslash for itself.
        scannable = how.standard_conforming_strings or b"\\" not in data
        lexemes = scan(data) if scannable else []
        for one, statement in zip(parsed, statements, strict=True):
            tokens = _between(lexemes, one.start, one.end)
            if refusal := disagreement(statement, one.root, tokens, strict=how.strict):
                return Script(statements, refusal=refusal)
    shapeable = len(parsed) == 1 and parsed[0].root.kind in _SHAPEABLE
    return Script(statements, shapeable=shapeable and not walks[0].by_constants)


def _parsed(data: bytes, *, standard_conforming_strings: bool) -> list[Parsed]:
    try:
        return parse(data, standard_conforming_strings=standard_conforming_strings)
    except QueryError:
        # Unlike the server's, the library's grammar stumbles over a comment beside UESCAPE.
        if not standard_conforming_strings:
            raise
        return parse(without_comments(data))


def _walk(one: Parsed) -> Walk:
    walk = Walk()
    walk.run(one.root)
    return walk


def _facts(one: Parsed, walk: Walk) -> Statement:
    root = one.root
    kind = kind_of(root)
    language, text = code_text(root)
    return Statement(
        verb=verb_of(root),
        start=one.start,
        end=one.end,
        reads=frozenset(walk.reads),
        writes=frozenset(walk.writes),
        inserts=frozenset(walk.inserts),
        updates=frozenset(walk.updates),
        deletes=frozenset(walk.deletes),
        truncates=frozenset(walk.truncates),
        empties=frozenset(walk.empties),
        functions=frozenset(walk.functions),
        told_sequences=frozenset(walk.told - walk.untold),
        operators=frozenset(walk.operators),
        types=frozenset(walk.types),
        columns=frozenset(walk.columns),
        others=frozenset(walk.others),
        only=frozenset(walk.only - walk.whole - walk.others),
        discreet=discreet_reads(root, walk.reads),
        opaque=kind.opaque or walk.opaque,
        unwatchable=unwatchable(root),
        ddl=kind.ddl or walk.ddl,
        keeps=walk.keeps,
        makes=frozenset(walk.makes),
        act=act_of(root),
        chains=root.kind == "TransactionStmt" and root.has("chain"),
        settings=settings_of(root) + tuple(walk.settings),
        names_user=user_named_by(root),
        local=root.kind == "VariableSetStmt" and root.has("is_local"),
        probes=walk.probes,
        copies_in=root.kind == "CopyStmt" and root.has("is_from") and not walk.opaque,
        holds=holds(root),
        may_commit=kind.may_commit,
        prepares=root.text("name") if root.kind == "PrepareStmt" else None,
        executes=walk.executes,
        bare=is_bare(root),
        elsewhere=walk.executes is not None or parses_elsewhere(root),
        block=text,
        language=language,
    )


def _between(lexemes: Sequence[Lexeme], start: int, end: int) -> Sequence[Lexeme]:
    first = bisect_left(lexemes, start, key=_start)
    return lexemes[first : bisect_left(lexemes, end, first, key=_start)]


def _start(lexeme: Lexeme) -> int:
    return lexeme.start
