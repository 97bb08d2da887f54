"""Replies to plain statements, as many as have come, taken at once instead of one by one."""

from collections.abc import Iterable
from typing import NamedTuple

from pgtoll.session.replies import Step, StepKind
from pgtoll.wire import heads
from pgtoll.wire.splitter import MOST_BYTES

_MOST = MOST_BYTES
_ROW, _COMPLETE = b"DC"
# What may come in answer to a message of a plain statement, and what of that ends its step.
_PLAIN, _ENDS = (
    bytes(kind in kinds for kind in range(256)) for kinds in (b"123nTtsDC", b"123nTsC")
)
_TAGS = b"SELEINSEUPDADELEMERG"  # the first four bytes of the command tags of plain statements
_CLIENT, _CAPPED = StepKind.CLIENT, StepKind.CAPPED


class Stretch(NamedTuple):
    """So many steps were answered up to `end`; what is behind `held` has to be held back."""

    end: int
    steps: int
    held: int


def is_plain(step: Step) -> bool:
    """Whether a step is a client's, and its replies pass or wait for a check."""
    return (step.kind is _CLIENT or step.kind is _CAPPED) and not (step.waits or step.noted)


def stretch(
    data: bytes,
    at: int,
    steps: Iterable[Step],
    holds: bool,
    unsure: bool,
    all_held: bool,
    room: int,
) -> Stretch:
    """See how far the replies from `at` on are plain ones to these steps.

    If it `holds`, a fickle statement's replies are held: it ends before the first of them unless it
    is `unsure`, as one such has come. Where all is held, from `at` on, or only behind what a capped
    statement has completed, it ends with the reply by which more than `room` is.
    """
    size, count = len(data), 0
    held = at if all_held else -1
    for step in steps:
        if not is_plain(step) or (step.fickle and holds and not unsure):
            break
        capped, over = step.kind is _CAPPED, False
        while not over:
            if size - at < heads.HEAD_BYTES:
                return Stretch(at, count, at if held < 0 else held)
            kind, length = heads.kind_at(data, at), heads.length_at(data, at)
            end = at + 1 + length
            plain = _PLAIN[kind] and 4 <= length <= _MOST and end <= size
            if plain and kind == _COMPLETE:
                plain = heads.is_tagged(data, at + 5, _TAGS)
            if not plain:
                return Stretch(at, count, at if held < 0 else held)
            over = bool(_ENDS[kind])
            if over and capped and held < 0:
                held = at
            at = end
            count += over
            if held >= 0 and at - held > room:
                return Stretch(at, count, held)
    return Stretch(at, count, at if held < 0 else held)
