"""The short way for what needs no reading: a user who lacks nothing, a round without steps of ours.

Bytes pass as they came; only what a later judgement needs is noted: texts of prepared statements,
what portals were bound to, how many rounds and steps are under way. These two loops are the data
path of a licensed user and are written for speed (bench/run, rows "licensed"). Whatever is not
plain, such as the first half of a message or a COPY, is left to the long way.
"""

from pgtoll.session.conversation import Conversation
from pgtoll.session.notices import OF_A_TRIGGER
from pgtoll.session.rounds import QUERY_ROUND, SHORT_ROUNDS, Round
from pgtoll.wire.messages import read_types
from pgtoll.wire.splitter import HEADER

_QUERY, _PARSE, _BIND, _EXECUTE, _DESCRIBE = b"QPBED"
_SYNC = ord("S")
_READY, _COMPLETE, _NOTICE = b"ZCN"
_IDLE, _ERROR = b"IE"  # transaction status
_READY_LENGTH = 5  # of a ReadyForQuery that holds one

# Replies without a meaning for later judgements, and those of them that end an extended step.
_PASSES = frozenset(b"DdTtAc")
_ENDS = frozenset(b"123nTs")
# The first four bytes of command tags that leave the catalog as it is; others go the long way.
PLAIN_TAGS = frozenset(
    (b"SELE", b"INSE", b"UPDA", b"DELE", b"MERG", b"COPY", b"BEGI", b"COMM", b"ROLL", b"SET\0")
)


def pass_requests(c: Conversation, data: bytes) -> int:
    """Note what the client's bytes say and return how many of them may pass as they are.

    For when the client waits for nothing, and `data` begins with a message.
    """
    if c.skipping or c.copy_due or c.copy_in or c.copy_ended or c.settings.moved:
        return 0
    unpack, size, at = HEADER.unpack_from, len(data), 0
    limit, names = c.limits.statement, c.names
    while size - at >= 5:
        kind, length = unpack(data, at)
        end = at + 1 + length
        if end > size or not 4 <= length <= limit:
            break
        if kind == _QUERY:
            if c.sent:
                break
            c.rounds.append(QUERY_ROUND)
            c.acted = False
        elif kind == _SYNC:
            if names.unchanged and c.sent < len(SHORT_ROUNDS):
                c.rounds.append(SHORT_ROUNDS[c.sent])
            else:
                c.rounds.append(Round(False, names.end_round(), c.sent))
            c.sent = 0
            c.acted = False
        elif kind == _BIND:
            middle = data.find(b"\0", at + 5, end)
            last = data.find(b"\0", middle + 1, end)
            if middle != at + 5 or last < 0:  # a named portal, or no name at all
                break
            statement = data[middle + 1 : last]
            if not names.binds_again(statement):
                names.bind(b"", statement, c.sent)
            c.sent += 1
        elif kind == _EXECUTE:
            c.tx.lose_sight()
            c.acted = True
            c.sent += 1
        elif kind == _PARSE:
            if length < 6 or data[at + 5]:  # nothing at all, or a name
                break
            last = data.find(b"\0", at + 6, end)
            if last < 0:
                break
            if data[last + 1 : last + 3] != b"\0\0" and read_types(data[at:end], last + 1 - at):
                break
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


def pass_replies(c: Conversation, data: bytes) -> int:
    """Note what the server's bytes say and return how many of them may pass as they are.

    For when no step of ours is due, and `data` begins with a message.
    """
    if (
        c.refusals
        or c.recorded
        or c.altered
        or c.settings.moved
        or c.leftovers.moved
        or c.copy_due
        or c.copy_in
        or c.copy_ended
    ):
        return 0
    unpack, size, at = HEADER.unpack_from, len(data), 0
    while size - at >= 5:
        kind, length = unpack(data, at)
        end = at + 1 + length
        if end > size or length < 4:
            break
        if kind in _PASSES:
            if kind in _ENDS:
                c.done += 1
        elif kind == _COMPLETE:
            if data[at + 5 : at + 9] not in PLAIN_TAGS:
                break
            c.done += 1
        elif kind in _ENDS:
            c.done += 1
        elif kind == _READY:
            if length != _READY_LENGTH or not c.rounds or c.failed_at is not None:
                break
            if c.tx.unsettled or c.roll_back or c.rewound:
                break
            idle = data[at + 5] == _IDLE
            if c.rounds[0].changes or (idle and c.names.named_portals):
                c.names.answered(c.rounds[0].changes, None, idle=idle)
            c.rounds.popleft()
            c.done = 0
            if not c.acted:
                c.tx.explicit = not idle
                c.tx.failed = data[at + 5] == _ERROR
        elif kind == _NOTICE:
            if c.leftovers.ran or data.find(OF_A_TRIGGER, at, end) >= 0:
                break
        else:
            break
        at = end
    return at
