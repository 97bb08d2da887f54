"""SQL scripts, as psql reads them -> the statements that reach the server."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pgtoll_policy.lexer import Lexeme, scan
from pgtoll_policy.libpg_query import QueryError

_COPIED = re.compile(r"(?i)^\s*copy\b[^;]*\bfrom\s+stdin\b")
_SENT = re.compile(r"\\(?:gset|gexec|gdesc|gx|g|watch|crosstabview)\b[^\n]*")
_COMMAND = re.compile(r"^\s*\\(?!;)[^\n]*", re.MULTILINE)
END_OF_DATA = "\\."


@dataclass(frozen=True, slots=True)
class Text:
    """One text that is sent, and what is copied in when it asks for it."""

    sql: str
    data: bytes = b""


def read_script(script: str) -> list[Text]:
    """Return what psql would send of a script. Its own commands and variables do nothing here."""
    found: list[Text] = []
    lines = script.splitlines(keepends=True)
    pending: list[str] = []
    at = 0
    while at < len(lines):
        pending.append(lines[at])
        at += 1
        if _COPIED.match(pending[-1]) and pending[-1].rstrip().endswith(";"):
            end = _end_of_data(lines, at)
            *before, copy = _statements("".join(pending))
            found += [Text(sql) for sql in before]
            found.append(Text(copy, "".join(lines[at:end]).encode()))
            pending, at = [], end + 1
    return found + [Text(sql) for sql in _statements("".join(pending))]


def _end_of_data(lines: list[str], start: int) -> int:
    ends = (at for at in range(start, len(lines)) if lines[at].rstrip() == END_OF_DATA)
    return next(ends, len(lines))


def _statements(script: str) -> Iterator[str]:
    data = _SENT.sub(";", _COMMAND.sub("", script)).replace("\\;", ";").encode()
    start = 0
    for end in _ends(_scanned(data)):
        if statement := data[start:end].decode().strip():
            yield statement
        start = end + 1
    if statement := data[start:].decode().strip():
        yield statement


def _scanned(data: bytes) -> list[Lexeme]:
    """Return the tokens of a script, or of what stands before something that is no token."""
    try:
        return scan(data)
    except QueryError:
        half = data[: len(data) // 2].rpartition(b";\n")[0]
        return _scanned(half) if half else []


def _ends(lexemes: list[Lexeme]) -> Iterator[int]:
    """Yield where the semicolons are that end a statement: not in parentheses, nor in a body."""
    depth, body, before = 0, 0, ""
    for lexeme in lexemes:
        word = lexeme.text.lower()
        depth += (word == "(") - (word == ")")
        if word == "atomic" and before == "begin":
            body = 1
        elif body and word in ("case", "end"):
            body += 1 if word == "case" else -1
        elif word == ";" and depth <= 0 and not body:
            yield lexeme.start
        before = word
