"""SQL text -> the key under which the facts of all statements of the same shape may be kept.

The key is the text with its constants replaced, by PostgreSQL's own scanner and grammar. Neither a
regular expression nor libpg_query's fingerprint would do: both give one key to statements that
touch different tables. It is made for every text that was not seen before, so it must be quick;
bench/analysis.py measures it.
"""

import re

from pgtoll_policy import libpg_query
from pgtoll_policy.one_row import with_one_row

MAX_BYTES = 8 << 10  # the library runs in the caller's stack: some texts over 40 kB end the process

_AROUND = b" \t\r\n\f;"
_NEW_LINE = re.compile(rb"[\r\n]")
_BEGINNINGS = tuple(bytes([one]) for one in b" \t\r\n\f;-/")
# A comment in another is not taken for its end: it is left where it is.
_BEFORE = re.compile(rb"(?:[ \t\r\n\f;]++|--[^\r\n]*+[\r\n]|/\*(?:[^*/]++|\*(?!/)|/(?!\*))*+\*/)*+")
# Possessive, because what a client sends must not make these go back and try again.
_STARTS = re.compile(
    rb"(?:[ \t\r\n\f\v(]|--[^\r\n]*+|/\*[^*]*+\*++(?:[^/*][^*]*+\*++)*+/)*+"
    rb"(?:select|(insert)|update|delete|merge|with|values|table)\b",
    re.IGNORECASE,
)
# A list of rows of parameters at the end of a text, read backwards: all but the first row.
_ROW = rb"\)(?:\d++\$[ ,]*+)++\("
_FURTHER_ROWS = re.compile(rb"[\s;]*+(?:" + _ROW + rb"\s*+,\s*+)+(?=" + _ROW + rb")")

# For text without strings and comments: a list in parentheses that comes again and again, behind
# whole quoted names, so that none begins inside of one; and a long list of parameters.
_BODY = rb'(?:[^()"]|\([^()"]*+\))*+'
_SAME_ROWS = re.compile(rb'("[^"]*+")|(\(' + _BODY + rb"\))(?:\s*+,\s*+\2)++")
_PARAMETERS = re.compile(rb"\$(?:\s*+,\s*+\$){31,}+")
_QUOTED = re.compile(rb'"[^"]*+"')
_NUMBERED = re.compile(rb"\$\d+")
# What would make the above mistake one thing for another: quotes, comments, dollars of names.
_DOUBTFUL = re.compile(rb"['\\]|--|/\*|[\w$\x80-\xff]\$|\$[^\d]")


def shape_of(data: bytes) -> bytes | None:
    """Return a key under which all shapeable texts have the same facts, or None.

    Only for text read with `standard_conforming_strings = on`. A text with a key need not be
    shapeable: facts may be kept under the key only when the script says so.
    """
    if len(data) > MAX_BYTES or b"\0" in data:
        return None
    bare = trimmed(data)
    if (start := _STARTS.match(bare)) is None:
        return None
    key = libpg_query.normalize(with_one_row(bare) if start[1] else bare)
    if key is not None and (further := _FURTHER_ROWS.match(key[::-1])):
        return key[: -further.end()] + b",..."
    return key


def trimmed(data: bytes) -> bytes:
    """Return a text without blanks and semicolons around it, nor comments before and behind it.

    Comments there often have something new to tell each time; pg_stat_statements leaves them out.
    What looks like a comment at the end may begin in a string, a quoted name or another comment:
    the text that is returned then does not end properly, and PostgreSQL's scanner rejects it. It
    may begin behind `--`, where the rest of its line is a comment indeed.
    """
    if data.startswith(_BEGINNINGS):
        data = _BEFORE.sub(b"", data, 1)
    data = data.rstrip(_AROUND)
    if data.endswith(b"*/"):
        at = data.rfind(b"/*")
        inner = data[at + 2 : -2]
        if 0 <= at <= len(data) - 4 and b"*/" not in inner and not _NEW_LINE.search(inner):
            return data[:at].rstrip(_AROUND)
    return data


def shortened(data: bytes) -> bytes | None:
    """Return a text with the facts of a long one, or None if there is none that is sure to be.

    Its constants become parameters, rows that are the same then become one row. For text as
    `shape_of` takes it, of any length: the library needs a stack for it that grows with the text.
    """
    if (start := _STARTS.match(data)) is None:
        return None
    key = libpg_query.normalize(with_one_row(data) if start[1] else data)
    if key is None or _DOUBTFUL.search(key) or any(b"$" in name for name in _QUOTED.findall(key)):
        return None
    short = _PARAMETERS.sub(b"$", _NUMBERED.sub(b"$", key))
    return _SAME_ROWS.sub(lambda match: match[1] or match[2], short).replace(b"$", b"$1")
