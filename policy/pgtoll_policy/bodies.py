"""The body of a function -> what running it may touch, by its text alone.

Each statement and expression in it is read like a statement of a client. That says what is
certainly touched. The proof does not hang on it: every word of the body counts as the name of a
relation too, and every word that is in no statement as a name of anything. So a mistake in cutting
the body into statements costs precision and no safety.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from pgtoll_policy.body import AGGREGATE, READABLE, Body, BodyText, as_script
from pgtoll_policy.facts import NO_NAMES, NO_WORDS, Name, Script, Statement
from pgtoll_policy.identifiers import fold, truncate
from pgtoll_policy.kinds import PLPGSQL
from pgtoll_policy.lexer import Lexeme, scan
from pgtoll_policy.libpg_query import QueryError
from pgtoll_policy.plpgsql import Piece, Reader, Unreadable
from pgtoll_policy.proof import MAKES_CODE
from pgtoll_policy.statement import read_script

MAX_BYTES = 256 << 10  # of one body
_VERBS = frozenset({"select", "insert", "update", "delete", "merge", "truncate", "lock", "call"})
# What a DO block may set and is read all the same: names and texts mean what they meant before.
_PLAIN_SETTINGS = frozenset(
    [
        "client_min_messages",
        "deadlock_timeout",
        "idle_in_transaction_session_timeout",
        "lock_timeout",
        "maintenance_work_mem",
        "statement_timeout",
        "synchronous_commit",
        "timezone",
        "work_mem",
    ]
)
# The operators that words look up without naming them: the CASE of PL/pgSQL, and what is left over
# as an expression that is not read, such as the argument of a cursor, or how far a FETCH goes.
_IMPLIED = {
    **dict.fromkeys(("case", "distinct", "natural", "nullif", "using"), ("=",)),
    "in": ("=", "<>"),
    "between": ("<", "<=", ">", ">="),
    "like": ("~~", "!~~"),
    "ilike": ("~~*", "!~~*"),
    "similar": ("~", "!~"),
}
MOST_CHANGES = 200  # of the catalog, in one DO block
_CHANGING = frozenset({"alter", "comment", "create", "drop", "grant", "rename", "revoke"})


def read_statements(
    text: str,
    *,
    standard_conforming_strings: bool = True,
    strict: bool = False,
    second_reader: bool = True,
) -> Script:
    """Return the facts of a client's text as read_script does, with its DO blocks read."""
    script = read_script(
        text,
        standard_conforming_strings=standard_conforming_strings,
        strict=strict,
        second_reader=second_reader,
    )
    if not any(one.block or one.verb in MAKES_CODE for one in script.statements):
        return script
    return replace(script, statements=tuple(map(_with_block, script.statements)))


def _with_block(statement: Statement) -> Statement:
    """Return a statement with the facts of its block in the place of the block's text."""
    if statement.verb in MAKES_CODE:
        return _with_definition(statement)
    if not statement.block:
        return statement
    body = read_body(BodyText(PLPGSQL, statement.block), block=True)
    if body.opaque:
        return replace(statement, block="", opaque=f"{statement.opaque}, and {body.opaque}")
    return replace(
        statement,
        block="",
        opaque="",
        body=(*as_script(body).statements, *body.changes),
        ddl=bool(body.changes),
        may_commit=body.may_commit,
    )


def _with_definition(statement: Statement) -> Statement:
    """Return the statement that makes a function with the facts of its body."""
    if not statement.opaque:  # it is a part of the statement's own tree
        return statement
    body = read_body(BodyText(statement.language, statement.block))
    known = replace(statement, block="", language="")
    if body.opaque:
        return replace(known, undefined=body.opaque)
    return replace(known, defines=as_script(body).statements)


def read_body(source: BodyText, *, block: bool = False) -> Body:
    """Return the facts of a body. Raises nothing: what cannot be read is opaque.

    In a DO `block`, changes of the catalog are read too: they come one by one.
    """
    try:
        data = source.text.encode()
        if source.language not in READABLE or len(data) > MAX_BYTES or b"\0" in data:
            return Body(opaque="it is in no language that is read, or too long")
        return _read(source.language, data, block=block)
    except Unreadable as exc:
        return Body(opaque=str(exc))
    except (QueryError, UnicodeError):
        return Body(opaque="its text is not PostgreSQL's")
    except (RecursionError, MemoryError):
        return Body(opaque="it is nested too deeply")
    except Exception as exc:  # fail closed: what cannot be read proves nothing
        return Body(opaque=f"it cannot be read ({type(exc).__name__})")


def _read(language: str, data: bytes, *, block: bool) -> Body:
    tokens = scan(data)
    _check_strings(tokens)
    words = [_word(one) for one in tokens]
    if language == AGGREGATE:
        return Body(left=frozenset(filter(None, map(_name, tokens))))
    pieces = _sql_pieces(words) if language == "sql" else Reader(tokens, words).read()
    return _merge(tokens, pieces, _read_pieces(data, tokens, pieces, block=block))


def _check_strings(tokens: Iterable[Lexeme]) -> None:
    """Raise Unreadable for a string that ends elsewhere under other settings."""
    for token in tokens:
        text = token.text
        if text.startswith("'") and "\\" in text and _depends_on_settings(text[1:-1]):
            raise Unreadable("it has a string that depends on standard_conforming_strings")


def _depends_on_settings(inner: str) -> bool:
    """Tell whether a string of these characters ends elsewhere when backslashes are escapes."""
    at = inner.find("\\")
    while at >= 0:
        if inner[at + 1 : at + 2] in ("", "'"):
            return True
        at = inner.find("\\", at + 2)
    return False


def _word(token: Lexeme) -> str:
    return token.text.lower() if token.text.isascii() else token.text


def _sql_pieces(words: Sequence[str]) -> list[Piece]:
    """Cut the body of an SQL function, or the text of one that is kept as a tree."""
    if words[:2] == ["begin", "atomic"] and words[-1:] == ["end"]:
        return _statements(words, 2, len(words) - 1)
    if words[:1] == ["return"]:
        return [Piece(((1, len(words)),), "SELECT ")]
    return _statements(words, 0, len(words))


def _statements(words: Sequence[str], start: int, end: int) -> list[Piece]:
    pieces = []
    for at in [*(at for at in range(start, end) if words[at] == ";"), end]:
        if at > start:
            pieces.append(Piece(((start, at),)))
        start = at + 1
    return pieces


def _read_pieces(
    data: bytes, tokens: Sequence[Lexeme], pieces: Sequence[Piece], *, block: bool
) -> Sequence[Statement]:
    """Read all pieces as one script: a statement each."""
    texts = [_text(data, tokens, piece) for piece in pieces]
    script = read_script(";\n".join(texts), second_reader=False)
    if script.rejected or script.refusal or len(script.statements) != len(pieces):
        raise Unreadable("a statement in it cannot be read")
    for statement in script.statements:
        if not (_is_query(statement) or (block and _is_of_block(statement))):
            raise Unreadable(f"it runs {statement.verb.upper()}")
    return script.statements


def _is_query(statement: Statement) -> bool:
    return statement.verb in _VERBS and (not statement.opaque or statement.verb == "call")


def _is_of_block(statement: Statement) -> bool:
    """Tell whether a statement that is no query is read in a DO block."""
    if statement.verb in ("set", "reset"):
        return bool(statement.settings) and _PLAIN_SETTINGS.issuperset(statement.settings)
    return statement.ddl and statement.verb.split()[0] in _CHANGING


def _text(data: bytes, tokens: Sequence[Lexeme], piece: Piece) -> str:
    parts = [_slice(data, tokens, start, end) for start, end in piece.ranges]
    return piece.prefix + " ".join(parts)


def _slice(data: bytes, tokens: Sequence[Lexeme], start: int, end: int) -> str:
    if any(tokens[at].text == ";" for at in range(start, end)):
        raise Unreadable("a semicolon is inside an expression")
    last = tokens[end - 1]
    return data[tokens[start].start : last.start + len(last.text.encode())].decode()


def _merge(
    tokens: Sequence[Lexeme], pieces: Sequence[Piece], statements: Sequence[Statement]
) -> Body:
    inside = {at for piece in pieces for start, end in piece.ranges for at in range(start, end)}
    left = [token for at, token in enumerate(tokens) if at not in inside]
    changes = tuple(one for one in statements if one.ddl)
    if len(changes) > MOST_CHANGES:
        raise Unreadable("it changes too much of the catalog")
    pairs = [pair for pair in zip(pieces, statements, strict=True) if not pair[1].ddl]
    return Body(
        always=_union(statement for piece, statement in pairs if piece.always),
        maybe=_union(statement for piece, statement in pairs if not piece.always),
        words=frozenset(filter(None, map(_name, tokens))),
        left=frozenset(filter(None, map(_name, left))),
        operators=frozenset(one for token in left for one in _operators(token)),
        changes=changes,
    )


def _union(statements: Iterable[Statement]) -> Statement:
    found = tuple(statements)
    return Statement(
        "body",
        0,
        0,
        reads=NO_NAMES.union(*(one.reads for one in found)),
        writes=NO_NAMES.union(*(one.writes for one in found)),
        inserts=NO_NAMES.union(*(one.inserts for one in found)),
        updates=NO_NAMES.union(*(one.updates for one in found)),
        deletes=NO_NAMES.union(*(one.deletes for one in found)),
        truncates=NO_NAMES.union(*(one.truncates for one in found)),
        empties=NO_NAMES.union(*(one.empties for one in found)),
        functions=NO_NAMES.union(*(one.functions for one in found)),
        operators=NO_WORDS.union(*(one.operators for one in found)),
        types=NO_NAMES.union(*(one.types for one in found)),
        columns=NO_WORDS.union(*(one.columns for one in found)),
        others=NO_NAMES.union(*(one.others for one in found)),
        only=_only(found),
        discreet=_discreet(found),
    )


def _only(found: Sequence[Statement]) -> frozenset[Name]:
    """Return what all of these that name it name with ONLY."""
    whole = (one.reads.union(one.writes, one.others) - one.only for one in found)
    return NO_NAMES.union(*(one.only for one in found)).difference(*whole)


def _discreet(found: Sequence[Statement]) -> frozenset[str]:
    """Return what holds values and is asked by all of these for columns without."""
    asked = NO_NAMES.union(*(one.reads for one in found))
    candid = frozenset(
        name.name for one in found for name in one.reads if name.name not in one.discreet
    )
    return frozenset(name.name for name in asked) - candid


def _name(token: Lexeme) -> str:
    """Return what a token may name, "" if it is no identifier. Raises Unreadable."""
    text = token.text
    if text[:3].lower() == 'u&"':
        raise Unreadable("it has a name in escapes")
    if text.startswith('"'):
        return truncate(text[1:-1].replace('""', '"'))
    return fold(text) if text[0].isalpha() or text[0] == "_" or not text[0].isascii() else ""


def _operators(token: Lexeme) -> Sequence[str]:
    """Return the operators that a token stands for, as itself or as a word that implies them."""
    if token.text[0] in "+-*/<>=~!@#%^&|`?":
        return [token.text]
    return _IMPLIED.get(token.text.lower(), ())
