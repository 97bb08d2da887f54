"""Whether an error shows nothing but what a statement's own text and the catalog say.

It counts what the statement is, and where the error points to. An error that arises while the
server makes a value of a constant points at that constant, whatever code has run for it; and where
the server has parsed another text than the statement's own, a position is one in that.
"""

import re
from collections.abc import Callable, Mapping

from pgtoll.session.sources import (
    BODIES,
    COMMANDS,
    MAKE_BODIES,
    SAYS_OF,
    SAYS_OF_VERB,
    SYNTAX,
    WORDS,
    files_of,
)
from pgtoll_policy.concerns import SYSTEM_SCHEMAS
from pgtoll_policy.facts import NO_WORDS, Statement

# Here a string constant begins; also in the body of a function, with its quotes doubled or escaped.
_CONSTANT = re.compile(r"(?:[bBeEnNxX]|[uU]&)?[\\']|\$(?!\d)")
# A function is not made by code without a word on where it was, so this is of the text's own.
_NO_LANGUAGE = re.compile(rb'language "[^"]*" does not exist')
_MOST_NAMES = 2  # that an error may choose from
_MOST_QUOTES = 4  # of two constants, at which it may point

Read = Callable[[bytes], str | None]


def unknown(sql: bytes) -> Statement:
    """What is known of a text that no grammar of ours reads."""
    return Statement("unknown", 0, len(sql))


def shows_names(
    fields: Mapping[str, bytes], statement: Statement | None, sql: bytes, read: Read
) -> bool:
    """Tell whether an error shows nothing but names, and no value of a table.

    The statement it is of is None, or has no verb, if that is not certain. Its position counts from
    the beginning of `sql`, which `read` gives as the server reads it.
    """
    # It arose in a function, or in a text that was made at run time.
    if not fields.keys().isdisjoint({"W", "q", "p"}):
        return False
    file, known = fields.get("F", b""), statement if statement and statement.verb else None
    if file in (SYNTAX if "P" in fields else COMMANDS):
        return True
    if known is None:
        return False
    if "P" in fields:
        return _shows_by_place(fields, known, sql, read)
    if file in files_of(known) or _is_usual(fields, _names(known)):
        return True
    if known.verb in MAKE_BODIES and file == b"functioncmds.c":
        return bool(_NO_LANGUAGE.fullmatch(fields.get("M", b"")))
    form = SAYS_OF_VERB.get(file)
    return form is not None and fields.get("M") == form.format(known.verb.upper()).encode()


def _shows_by_place(
    fields: Mapping[str, bytes], statement: Statement, sql: bytes, read: Read
) -> bool:
    """Whether an error that points somewhere shows nothing but names."""
    file = fields.get("F", b"")
    if file in BODIES and statement.verb in MAKE_BODIES:
        return True
    points_at_word = _points_at_word(fields["P"], statement, sql, read)
    if points_at_word is None:
        return False
    if points_at_word:
        return file in WORDS
    return _has_few_constants(statement, sql) and _is_usual(fields, _names(statement))


def _has_few_constants(statement: Statement, sql: bytes) -> bool:
    """Whether it tells next to nothing at which of its constants an error points."""
    text = sql[statement.start : statement.end]
    return b"$" not in text and text.count(b"'") <= _MOST_QUOTES


def _names(statement: Statement) -> frozenset[str]:
    types = {one for one in statement.types if one.schema not in SYSTEM_SCHEMAS}
    named = statement.reads | statement.writes | statement.others | types
    if statement.verb == "create trigger":
        named |= statement.functions
    if len(named) > _MOST_NAMES:
        return NO_WORDS
    forms = ({str(one), one.name, one.schema} for one in named)
    return NO_WORDS.union(*forms) - {""}


def _is_usual(fields: Mapping[str, bytes], names: frozenset[str]) -> bool:
    """Whether an error is one of so few texts that choosing among them tells next to nothing."""
    forms = SAYS_OF.get(fields.get("F", b""), ())
    if not forms or not fields.keys().isdisjoint({"D", "H"}):
        return False
    said = fields.get("M", b"").decode(errors="replace")
    return any(said == form.format(name) for form in forms for name in names)


def _points_at_word(position: bytes, statement: Statement, sql: bytes, read: Read) -> bool | None:
    """Whether an error points at a word, or at a constant; None: not into its statement."""
    text, start, end = read(sql), read(sql[: statement.start]), read(sql[: statement.end])
    if statement.elsewhere or text is None or start is None or end is None:
        return None
    at = int(position) - 1 if position.isdigit() else -1
    if not len(start) <= at < len(end):
        return None
    # A server whose encoding is SQL_ASCII counts bytes.
    in_bytes = None if sql.isascii() else _CONSTANT.match(sql.decode("latin-1"), at)
    return not (_CONSTANT.match(text, at) or in_bytes)
