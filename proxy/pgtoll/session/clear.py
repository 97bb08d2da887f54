"""The short way for what needs no reading: a user who lacks nothing, a round without steps of ours.

Bytes pass as they came; only what a later judgement needs is noted: texts of prepared statements,
what portals were bound to, how many rounds and steps are under way. These two loops are the data
path of a licensed user and are written for speed (bench/README.md, rows "licensed"). Whatever is
not plain, such as the first half of a message or a COPY, is left to the long way.
"""

from pgtoll.session.conversation import Conversation
from pgtoll.session.names import NO_CHANGES
from pgtoll.session.notices import OF_A_TRIGGER
from pgtoll.session.progress import Waiting
from pgtoll.session.rounds import QUERY_ROUND, SHORT_ROUNDS, Round
from pgtoll.wire import heads
from pgtoll.wire.messages import read_types
from pgtoll.wire.splitter import MOST_BYTES

_QUERY, _PARSE, _BIND, _EXECUTE, _DESCRIBE, _SYNC, _COPY_DATA = b"QPBEDSd"
_READY, _COMPLETE, _NOTICE = b"ZCN"
_IDLE, _ERROR = b"IE"  # transaction status
_READY_LENGTH = 5  # of a ReadyForQuery that holds one
_MOST_STEPS = len(SHORT_ROUNDS)
_MOST = MOST_BYTES

# Replies without a meaning for later judgements; those of them that end an extended step; and those
# that may pass before they are there as a whole.
_OTHER, _PASSES, _ENDS, _GOES_ON = range(4)
_KINDS = {_PASSES: b"tAc", _ENDS: b"123nTs", _GOES_ON: b"Dd"}
_MEANING = bytes(
    next((meaning for meaning, kinds in _KINDS.items() if kind in kinds), _OTHER)
    for kind in range(256)
)
# The first four bytes of command tags that leave the catalog as it is; others go the long way.
PLAIN_TAGS = frozenset(
    (b"SELE", b"INSE", b"UPDA", b"DELE", b"MERG", b"COPY", b"BEGI", b"COMM", b"ROLL", b"SET\0")
)

# By names that are no Python's when compiled: to look those up takes longer than to use them.
_TAGS, _NOT_WAITING, _NO_TYPES = b"".join(PLAIN_TAGS), Waiting.NO, bytes(2)
_QUERY_ROUND, _SHORT_ROUNDS, _NO_CHANGES = QUERY_ROUND, SHORT_ROUNDS, NO_CHANGES


def look(c: Conversation) -> None:
    """Say which bytes may take the short way now; for whenever the long way has been taken."""
    c.names.look_again()
    free = c.waiting is _NOT_WAITING and not c.closing
    c.copies_pass = free and c.copy_in and not (c.copy_due or c.skipping or c.sync_kept)
    plain = free and not (c.tx.unsettled or c.replies.active)
    plain = plain and not (c.copy_due or c.copy_in or c.copy_ended or c.settings.moved)
    c.requests_pass = plain and c.clear and not c.skipping
    c.replies_pass = plain and not (c.altered or c.refusals or c.recorded or c.leftovers.moved)


def pass_requests(c: Conversation, data: bytes) -> int:
    """Note what the client's bytes say and return how many of them may pass as they are.

    For when the client lacks nothing, and `data` begins with a message.
    """
    if not c.requests_pass:
        return 0
    size, at, limit, names = len(data), 0, c.statement_limit, c.names
    while size - at >= heads.HEAD_BYTES:
        kind, length = heads.kind_at(data, at), heads.length_at(data, at)
        end = at + 1 + length
        if end > size or length < 4 or length > limit:
            break
        if kind == _QUERY:
            if c.sent:
                break
            c.rounds.append(_QUERY_ROUND)
            c.acted = False
        elif kind == _SYNC:
            if names.changes or c.sent >= _MOST_STEPS:
                c.rounds.append(Round(False, names.end_round(), c.sent))
            else:
                c.rounds.append(_SHORT_ROUNDS[c.sent])
            c.sent = 0
            c.acted = False
        elif kind == _BIND:
            middle = heads.zero_at(data, at + 5, end)
            last = heads.zero_at(data, middle + 1, end)
            if middle != at + 5 or last < 0:  # a named portal, or no name at all
                break
            if not heads.is_at(names.bound, data, middle + 1, last):
                statement = data[middle + 1 : last]
                if not names.binds_again(statement):
                    names.bind(b"", statement, c.sent)
            c.sent += 1
        elif kind == _EXECUTE:
            c.tx.lose_sight()
            c.acted = True
            c.sent += 1
        elif kind == _PARSE:
            if length < 6 or heads.kind_at(data, at + 5):  # nothing at all, or a name
                break
            last = heads.zero_at(data, at + 6, end)
            if last < 0:
                break
            if not heads.is_at(_NO_TYPES, data, last + 1, last + 3) and read_types(
                data[at:end], last + 1 - at
            ):
                break
            if not heads.is_at(names.said, data, at + 6, last):
                sql = data[at + 6 : last]
                if not names.says_again(sql, c.settings.reports):
                    names.parse(b"", sql, c.sent, settings=c.settings.reports)
            c.sent += 1
        elif kind == _DESCRIBE:
            c.sent += 1
        else:
            break
        at = end
    return at


def pass_copy(data: bytes, start: int) -> int:
    """Return how many bytes of a client's COPY data may pass, of which the first message is at
    `start`: beyond the end, if the last message goes on there."""
    size, at = len(data), start
    while size - at >= heads.HEAD_BYTES:
        length = heads.length_at(data, at)
        if heads.kind_at(data, at) != _COPY_DATA or length < 4 or length > _MOST:
            break
        at = at + 1 + length
    return at


def pass_replies(c: Conversation, data: bytes, start: int = 0) -> int:
    """Note what the server's bytes say and return how many of them may pass as they are.

    For when its replies may; the first message is at `start`. Beyond the end, if the last one is a
    row, or COPY data, and goes on there.
    """
    if not c.replies_pass:
        return 0
    size, at = len(data), start
    while size - at >= heads.HEAD_BYTES:
        kind, length = heads.kind_at(data, at), heads.length_at(data, at)
        end = at + 1 + length
        meaning = _MEANING[kind]
        if meaning == _GOES_ON and 4 <= length <= _MOST:
            at = end
            continue
        if end > size or length < 4:
            break
        if meaning:
            c.done += meaning == _ENDS
        elif kind == _COMPLETE:
            if not heads.is_tagged(data, at + 5, _TAGS):
                break
            c.done += 1
        elif kind == _READY:
            if length != _READY_LENGTH or not c.rounds or c.failed_at is not None:
                break
            if c.tx.unsettled or c.roll_back or c.rewound:
                break
            over = c.rounds.popleft()
            changes = over.changes
            idle = heads.kind_at(data, at + 5) == _IDLE
            if changes is not _NO_CHANGES or (idle and c.names.named_portals):
                c.names.answered(changes, None, idle=idle)
            c.done = 0
            if not c.acted:
                c.tx.explicit = not idle
                c.tx.failed = heads.kind_at(data, at + 5) == _ERROR
        elif kind == _NOTICE:
            if c.leftovers.ran or data.find(OF_A_TRIGGER, at, end) >= 0:
                break
        else:
            break
        at = end
    return at
