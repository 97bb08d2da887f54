"""SQL text -> the key under which the facts of all statements of the same shape may be kept.

The key is the text with its constants replaced, by PostgreSQL's own scanner and grammar. Neither a
regular expression nor libpg_query's fingerprint would do: both give one key to statements that
touch different tables. It is made for every text that was not seen before, so it must be quick;
bench/analysis.py measures it.
"""

import re

from pgtoll_policy import libpg_query

MAX_BYTES = 8 << 10  # the library runs in the caller's stack: some texts over 40 kB end the process

# Possessive, because what a client sends must not make these go back and try again.
_STARTS = re.compile(
    rb"(?:[ \t\r\n\f\v(]|--[^\r\n]*+|/\*[^*]*+\*++(?:[^/*][^*]*+\*++)*+/)*+"
    rb"(?:select|insert|update|delete|merge|with|values|table)\b",
    re.IGNORECASE,
)
# A list of rows of parameters at the end of a text, read backwards: all but the first row.
_ROW = rb"\)(?:\d++\$[ ,]*+)++\("
_FURTHER_ROWS = re.compile(rb"[\s;]*+(?:" + _ROW + rb"\s*+,\s*+)+(?=" + _ROW + rb")")


def shape_of(data: bytes) -> bytes | None:
    """Return a key under which all shapeable texts have the same facts, or None.

    Only for text read with `standard_conforming_strings = on`. A text with a key need not be
    shapeable: facts may be kept under the key only when the script says so.
    """
    if len(data) > MAX_BYTES or _STARTS.match(data) is None or b"\0" in data:
        return None
    key = libpg_query.normalize(data)
    if key is not None and (further := _FURTHER_ROWS.match(key[::-1])):
        return key[: -further.end()] + b",..."
    return key
