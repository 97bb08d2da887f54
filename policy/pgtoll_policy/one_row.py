"""A multi-row INSERT -> the same statement with its first row alone, which has the same facts.

Left out are rows of constants, and of the very casts and words that stand in the first row: no name
of anything that is not in what stays. Where the rows begin is told from the start of the text on,
so that no string, comment or quoted name can be open there. Whatever is not written in one of a few
usual ways stays as it is. For text read with `standard_conforming_strings = on`, in an encoding in
which a byte below 128 is always that character.
"""

import re
from collections.abc import Generator

# Python's `re` keeps the interpreter to itself: so much is looked at before others have a turn,
# which takes less than a millisecond. A longer row is looked at as a whole.
SLICE_BYTES = 32 << 10
LONGEST_ROW = 256 << 10
MOST_PIECES = 16  # casts and words of the first row: each costs passes over the text

# All of it is possessive: what a client sends must not make these go back and try again. A vertical
# tab is white space to some versions of PostgreSQL only.
_BLANK = rb"[ \t\r\n\f]"
_NAME = rb'(?:[A-Za-z_\x80-\xff][A-Za-z0-9_$\x80-\xff]*+|(?:"[^"]++")++)'
_COMMENT = rb"/\*(?:[^*/]++|\*(?!/)|/(?!\*))*+\*/"
_HEAD = re.compile(
    rb"(?:" + _BLANK + rb"|" + _COMMENT + rb")*+insert" + _BLANK + rb"++into" + _BLANK + rb"++" +
    _NAME + rb"(?:\." + _NAME + rb"){0,2}+" + _BLANK + rb"*+"
    rb"(?:as" + _BLANK + rb"++" + _NAME + _BLANK + rb"*+)?+"
    rb"(?:\((?:[A-Za-z0-9_\x80-\xff, \t\r\n\f]++|\"[^\"]++\")++\)" + _BLANK + rb"*+)?+"
    rb"(?:overriding" + _BLANK + rb"++(?:system|user)" + _BLANK + rb"++value" + _BLANK + rb"++)?+"
    rb"values" + _BLANK + rb"*+(?=\()",
    re.IGNORECASE,
)  # fmt: skip
_START = rb"(?:(?<=[(,]%s)|(?<=[(,] %s)|(?<=,  %s))"  # of an item, with what was read of it
_END = rb"(?=" + _BLANK + rb"*+[,)])"
# What else than digits and commas a row may hold. A minus and a word must be the whole of an item,
# or they would be an operator and a field's name; a string with escapes its end, or it would go on
# in another string. No letter follows a dollar, and two dollars are seen to below: either would
# begin a string.
_PLAIN = rb"[0-9 \t\r\n\f,.$]*+"
_ESCAPES = rb"'(?:[^'\\]++|\\[^\0]|'')*+'"
_CONSTANTS = (
    rb"'[^']*+'"
    rb"|[ntfd]" + _START.replace(b"%s", b".") +
    rb"(?:(?<=n)ull|(?<=t)rue|(?<=f)alse|(?<=d)efault)" + _END +
    rb"|-" + _START.replace(b"%s", b"-") + rb"[0-9]++(?:\.[0-9]*+)?+" + _END +
    rb"|e" + _START.replace(b"%s", b"e") + _ESCAPES + rb"(?=" + _BLANK + rb"*+(?:[,)\0]|::))"
)  # fmt: skip
# And what only if the first row does: a cast to a type, or one word.
_CAST = rb'::(?:[A-Za-z0-9_ .]|"[A-Za-z0-9_ ]++")++(?:\([0-9, ]++\))?+(?:\[\])?+' + _END
_WORD = (
    rb"(?:(?<=[(,])|(?<=[(,] ))(?!(?:null|true|false|default)\b)"
    rb"[A-Za-z_][A-Za-z0-9_.]*+(?:\(\))?+" + _END
)
_BEFORE_WORD = (b"(", b",", b"( ", b", ")
_MASK = b"\0"  # each byte of such a piece, where it is found again


def _row(besides: bytes) -> bytes:
    return rb"\(" + _PLAIN + rb"(?:(?:" + _CONSTANTS + besides + rb")" + _PLAIN + rb")*+\)"


_FIRST = re.compile(_row(rb"|" + _CAST + rb"|" + _WORD), re.IGNORECASE)
_PIECE = re.compile(
    rb"e" + _ESCAPES + rb"|'[^']*+'|(" + _CAST + rb"|" + _WORD + rb")", re.IGNORECASE
)
_SECOND = re.compile(rb"\)" + _BLANK + rb"*+," + _BLANK + rb"*+\(")
_FURTHER = re.compile(
    rb"(?:" + _BLANK + rb"*+," + _BLANK + rb"*+" + _row(rb"|\0++" + _END) + rb")++", re.IGNORECASE
)


def with_one_row(data: bytes) -> bytes:
    """Return a text with all rows of its INSERT but the first left out, or as it is."""
    steps = leaving_out_rows(data)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return bytes(end.value)


def leaving_out_rows(data: bytes) -> Generator[None, None, bytes]:
    """Do what `with_one_row` does in steps, between which others may have their turns."""
    if _SECOND.search(data, 0, 2 * SLICE_BYTES) is None:
        return data
    head = _HEAD.match(data, 0, SLICE_BYTES)
    first = head and _FIRST.match(data, head.end(), head.end() + SLICE_BYTES)
    if not first or _misleads(first[0], len(first[0])):
        return data
    pieces = sorted(set(filter(None, _PIECE.findall(first[0]))), key=len, reverse=True)
    if len(pieces) > MOST_PIECES:
        return data
    at, size = first.end(), SLICE_BYTES
    while at < len(data) and size <= LONGEST_ROW:
        part = data[at : at + size]
        rows = _FURTHER.match(_masked(pieces, part))
        if rows is not None:
            if _misleads(part, rows.end()):
                break
            at, size = at + rows.end(), SLICE_BYTES
        elif at + size < len(data):  # the row may go on
            size *= 2
        else:
            break
        yield
    return data[: first.end()] + data[at:]


def _misleads(part: bytes, end: int) -> bool:
    """Whether two dollars may begin a string, or what looks like a masked piece is none."""
    return part.find(b"$$", 0, end) >= 0 or part.find(_MASK, 0, end) >= 0


def _masked(pieces: list[bytes], part: bytes) -> bytes:
    """Return a text with these pieces made unreadable, also in strings, where it does not matter.

    What is left of a longer one that begins like a piece matches nothing.
    """
    for piece in pieces:
        mask = _MASK * len(piece)
        for before in (b"",) if piece.startswith(b"::") else _BEFORE_WORD:
            part = part.replace(before + piece, before + mask)
    return part
