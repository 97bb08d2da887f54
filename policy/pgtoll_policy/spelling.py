"""`pgtoll.user`, as an application writes it and as PostgreSQL reads it.

`user` is a reserved word (PostgreSQL's manual, appendix "SQL Key Words"), so the setting's name is
a syntax error until its second word stands in quotes.
"""

from collections.abc import Sequence
from itertools import pairwise

from pgtoll_policy import libpg_query
from pgtoll_policy.lexer import Lexeme, scan
from pgtoll_policy.libpg_query import TOKENS

LICENSE_USER = "pgtoll.user"  # the setting that names whose licenses count
NEEDLE = b"pgtoll"
# Scanned where a session's bytes pass, so only what no statement with the setting in it exceeds.
LONGEST = 16 << 10  # bytes of a text

_WORD, _DOT, _USER = TOKENS["IDENT"], TOKENS["ASCII_46"], TOKENS["USER"]
_SET, _RESET, _SHOW = TOKENS["SET"], TOKENS["RESET"], TOKENS["SHOW"]
_SESSION, _LOCAL, _SEMICOLON = TOKENS["SESSION"], TOKENS["LOCAL"], TOKENS["ASCII_59"]


def mentions_ours(sql: bytes) -> bool:
    """Tell whether a text may have a setting of ours in it."""
    return NEEDLE in sql or (len(sql) <= LONGEST and NEEDLE in sql.lower())


def respelled(sql: bytes) -> bytes:
    """Return a text in which SET, RESET and SHOW name the setting so that PostgreSQL reads it.

    Nothing else changes. Texts with a backslash are left alone: where their constants end depends
    on the session.
    """
    if len(sql) > LONGEST or b"\\" in sql or not mentions_ours(sql):
        return sql
    try:
        lexemes = scan(sql)
    except libpg_query.QueryError:
        return sql
    parts: list[bytes] = []
    at = 0
    for word in _unquoted(lexemes):
        parts += (sql[at : word.start], b'"user"')
        at = word.start + len(word.text)
    return b"".join((*parts, sql[at:]))


def _unquoted(lexemes: Sequence[Lexeme]) -> list[Lexeme]:
    """The words `user` that stand for the setting's second half."""
    found = []
    beginning = True  # of a statement
    for at, (one, following) in enumerate(pairwise(lexemes)):
        if beginning and one.kind in (_SET, _RESET, _SHOW):
            named = at + 2 if one.kind == _SET and following.kind in (_SESSION, _LOCAL) else at + 1
            name = lexemes[named : named + 3]
            if [part.kind for part in name] == [_WORD, _DOT, _USER] and _is_ours(name[0]):
                found.append(name[2])
        beginning = one.kind == _SEMICOLON
    return found


def _is_ours(word: Lexeme) -> bool:
    """Whether a word is `pgtoll` to PostgreSQL, which does not fold the names of settings' quotes.

    Names of settings compare without regard to case, quoted or not.
    """
    return word.text.strip('"').lower() == NEEDLE.decode()
