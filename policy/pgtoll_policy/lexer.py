"""SQL text -> the tokens that PostgreSQL's own scanner finds, and text made of them again.

Most differences between two parsers are differences between two scanners: what starts a comment,
where an operator ends. Text joined again from these tokens leaves nothing of that open.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from pgtoll_policy import libpg_query
from pgtoll_policy.libpg_query import TOKENS, QueryError

_COMMENTS = frozenset({TOKENS["SQL_COMMENT"], TOKENS["C_COMMENT"]})
_CONSTANTS = frozenset(
    TOKENS[name] for name in ("SCONST", "USCONST", "ICONST", "FCONST", "BCONST", "XCONST")
)
_DOLLAR = re.compile(rb"\$[^0-9]")  # one that is no parameter's begins a string, as a quote does
_WORD = re.compile(rb"\s*([A-Za-z]+)")
SHOWN_BYTES = 8 << 10  # of a text that is shown to people
_FLOAT = TOKENS["FCONST"]
# One character a token: c a constant, i a word, : a cast. A constant with a sign, a simple cast or
# a type before it counts as one: VALUES ($1::text, -1, date '2020-01-01'), ... A word that stands
# alone in a row is DEFAULT, current_date or the like.
_SHORTHAND = {
    TOKENS[name]: letter
    for letter, names in {
        "c": "SCONST ICONST FCONST BCONST XCONST PARAM NULL_P TRUE_P FALSE_P",
        "-": "ASCII_45",
        ":": "TYPECAST",
        "(": "ASCII_40",
        ")": "ASCII_41",
        ",": "ASCII_44",
    }.items()
    for name in names.split()
}
_ITEM = "i?-?c(?::i)*"
_CELL = f"(?:{_ITEM}|i)"
_ROW = rf"\({_CELL}(?:,{_CELL})*\)"
_LONG_LIST = re.compile(rf"(?P<row>{_ROW})(?:,{_ROW}){{3,}}|(?P<item>{_ITEM})(?:,{_ITEM}){{31,}}")


class Lexeme(NamedTuple):
    """One token: its number in PostgreSQL's grammar, and its bytes in the text."""

    kind: int
    start: int
    text: str


def may_hold_strings(sql: bytes) -> bool:
    """Whether a text may have string constants, of which the server makes values of any type when
    it analyses the text: that may run code."""
    return b"'" in sql or _DOLLAR.search(sql) is not None


def scan(sql: bytes) -> list[Lexeme]:
    """Return the tokens of a text, without comments. Raises QueryError.

    String constants are always read as `standard_conforming_strings = on` has them.
    """
    return [
        Lexeme(kind, start, sql[start:end].decode())
        for kind, start, end in libpg_query.scan(sql)
        if kind not in _COMMENTS
    ]


def without_comments(sql: bytes) -> bytes:
    """Return a text of the same meaning and length, with blanks in the place of its comments.

    For text read with `standard_conforming_strings = on`. Raises QueryError.
    """
    text = bytearray(sql)
    for kind, start, end in libpg_query.scan(sql):
        if kind in _COMMENTS:
            text[start:end] = b" " * (end - start)
    return bytes(text)


def without_constants(sql: bytes) -> str:
    """Return a text with `?` in the place of each constant, and without comments, for people.

    Where it is not certain what is a constant, nothing but the first word is left.
    """
    try:
        if b"\\" in sql or len(sql) > SHOWN_BYTES:  # it may end a string, or not
            raise QueryError("not certain")
        return " ".join("?" if each.kind in _CONSTANTS else each.text for each in scan(sql))
    except (QueryError, UnicodeDecodeError):
        first = _WORD.match(sql)
        return first[1].decode() + " …" if first else ""


def rejoin(lexemes: Sequence[Lexeme]) -> str:
    """Return text of the same meaning in which no two tokens can be read as one, or one as two."""
    return " ".join(map(_written, lexemes))


def without_long_lists(lexemes: Sequence[Lexeme]) -> list[Lexeme]:
    """Return the tokens with long lists of constants, or of rows of constants, cut to the first.

    Nothing but constants, parameters and casts to types is left out: no name of a relation.
    """
    shorthand = "".join(map(_shorthand, lexemes))
    kept: list[Lexeme] = []
    at = 0
    for match in _LONG_LIST.finditer(shorthand):
        kept += lexemes[at : match.end("row" if match["row"] else "item")]
        at = match.end()
    return kept + list(lexemes[at:])


def _shorthand(lexeme: Lexeme) -> str:
    return _SHORTHAND.get(lexeme.kind) or ("i" if lexeme.text.isidentifier() else "x")


def _written(lexeme: Lexeme) -> str:
    # "1." is a number to PostgreSQL and the start of a qualified name to others.
    ends_in_dot = lexeme.kind == _FLOAT and lexeme.text.endswith(".")
    return lexeme.text + "0" if ends_in_dot else lexeme.text
