"""Whose part a statement is: what programs write into a comment of it (sqlcommenter). No I/O.

It begins or ends the text, where no constant can be, and holds a `traceparent` as the W3C's
recommendation "Trace Context" has it, in quotes.
"""

import re
from typing import NamedTuple

LONGEST_COMMENT = 1024  # bytes of a comment that is looked at

_FIRST = re.compile(rb"\s{0,64}/\*([^*]*)\*/")
_LAST = re.compile(rb"/\*([^*]*)\*/[\s;]{0,64}\Z")
_PARENT = re.compile(rb"(?:\A|,)\s*traceparent='00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})'")
_SAMPLED = 1  # the flag that says whether the caller's part is traced


class Parent(NamedTuple):
    """The span that a statement belongs to."""

    trace: bytes
    span: bytes
    sampled: bool


def parent_of(sql: bytes) -> Parent | None:
    """Return what a text says that it is a part of; None when it says nothing that is valid."""
    if b"traceparent" not in sql:
        return None
    for comment in (_LAST.search(sql[-LONGEST_COMMENT:]), _FIRST.match(sql[:LONGEST_COMMENT])):
        found = _PARENT.search(comment[1]) if comment else None
        if found is not None:
            trace, span, flags = (bytes.fromhex(part.decode()) for part in found.groups())
            if any(trace) and any(span):
                return Parent(trace, span, bool(flags[0] & _SAMPLED))
    return None
