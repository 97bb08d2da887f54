"""The short way for one proven statement of a user who lacks something, with the check behind it.

Most rounds of such a user are just that: a Query, or Bind and Execute, while nothing else is under
way. What the long way does step by step is done here at once, in both directions (bench/run, row
"judged"). An answer is taken at once only if all of it is there and is what it should be, up to the
row with our nonce. All else is left to the long way, before anything has been changed.
"""

from typing import NamedTuple

from pgtoll.session.additions import CHECK
from pgtoll.session.clear import PLAIN_TAGS
from pgtoll.session.conversation import Conversation
from pgtoll.session.replies import EXTENDED_ENDS, SIMPLE_ENDS, Step, StepKind
from pgtoll.session.rounds import QUERY_ROUND, SHORT_ROUNDS, Round
from pgtoll.session.settings import reads_the_same
from pgtoll.wire import heads
from pgtoll.wire.messages import SYNC, bind, close, execute, message, parse, read_types
from pgtoll.wire.splitter import HEADER
from pgtoll_policy.lexer import may_hold_strings
from pgtoll_policy.verdict import Kind, Verdict

_ALLOWED = Verdict(Kind.ALLOW)
_QUERY, _PARSE, _BIND, _DESCRIBE, _EXECUTE, _SYNC = b"QPBDES"
_TARGETS = (b"P\0", b"S\0")  # of a Describe: the unnamed portal, the unnamed statement

_CLIENT, _FICKLE = Step(StepKind.CLIENT), Step(StepKind.CLIENT, fickle=True)
_HIDDEN, _CHECKED, _END = Step(StepKind.HIDDEN), Step(StepKind.CHECK), Step(StepKind.SYNC)
_QUERY_STEPS = (_FICKLE, _CHECKED, _END)
_OURS = (_HIDDEN, _HIDDEN, _CHECKED, _HIDDEN, _HIDDEN)
# The steps of the rounds that drivers send, by the types of their messages; and of those in which
# the Parse makes values as well.
_ROUND_STEPS, _MAKING_STEPS = (
    {
        kinds: (*(_FICKLE if kind in may_run else _CLIENT for kind in kinds[:-1]), *_OURS, _END)
        for kinds in (b"PBDES", b"PBES", b"BDES", b"BES")
    }
    for may_run in (b"BE", b"PBE")
)
_RUN_CHECK = bind(CHECK, CHECK) + execute(CHECK) + close(b"P", CHECK) + close(b"S", CHECK)

_ROW_DESCRIPTION, _ROW, _COMPLETE = b"TDC"
_ENDS = bytes(kind in EXTENDED_ENDS for kind in range(256))
_TAGS = b"".join(PLAIN_TAGS)
# What the server says of our check, before and behind its row; and at the end, but for the status.
_BEFORE, _BEHIND = message(b"1", b"") + message(b"2", b""), message(b"3", b"") * 2
_DONE = message(b"C", b"SELECT 1\0")
_READY = message(b"Z", b"I")[:-1]
READY_BYTES = len(_READY) + 1


class _Sent(NamedTuple):
    """A round of the extended protocol that names no portal."""

    kinds: bytes
    sql: bytes | None  # of a Parse of the unnamed statement
    name: bytes  # the statement that is bound


def pass_round(c: Conversation, data: bytes) -> bytes | None:
    """Return what goes to the server in place of a round; None when it is not plain.

    For when the client waits for nothing, and `data` begins with a message.
    """
    if not _rests(c):
        return None
    return _query(c, data) if data[:1] == b"Q" else _round(c, data)


def _rests(c: Conversation) -> bool:
    """Whether nothing is under way that the long way would have to think of."""
    if c.rounds or c.sent or c.replies.active or c.observes or c.dirty or c.skipping:
        return False
    if c.copy_due or c.copy_in or c.copy_ended or c.settings.moved or c.identity.follows:
        return False
    if c.altered or c.surely_altered or c.remains or c.muddled or c.late:
        return False
    if c.leftovers.stained or c.leftovers.moved or c.leftovers.asked:
        return False
    tx = c.tx
    if tx.explicit is None or tx.failed or tx.accounted or tx.fires or tx.watched:
        return False
    return not (tx.explicit and (c.due or c.names.odd))


def _check_behind(c: Conversation, sql: bytes) -> bytes:
    """Note that a proven statement runs; return the text of the check that goes behind it."""
    in_block = c.tx.explicit is True
    if not in_block:
        c.mark = c.judge.mark
    c.checked_sql = sql
    c.tx.owe(_ALLOWED, fickle=True)
    return c.witness(not in_block)


def _query(c: Conversation, data: bytes) -> bytes | None:
    end = len(data) - 1
    if end < HEADER.size or end != HEADER.unpack_from(data)[1] or end > c.limits.statement:
        return None
    if data.find(b"\0", HEADER.size) != end:
        return None
    sql = data[HEADER.size : end]
    if not c.judge.proven(sql):
        return None
    check = _check_behind(c, sql)
    c.replies.begin_query()
    c.replies.steps.extend(_QUERY_STEPS)
    c.rounds.append(QUERY_ROUND)
    c.short = 1
    return b"".join((b"Q", (end + 2 + len(check)).to_bytes(4, "big"), sql, b"\n;", check, b"\0"))


def _round(c: Conversation, data: bytes) -> bytes | None:
    sent = None if c.leftover else _read(data, c.limits.statement)
    steps = None if sent is None else _ROUND_STEPS.get(sent.kinds)
    if sent is None or steps is None:
        return None
    parsed, names = sent.kinds[0] == _PARSE, c.names
    sql = (None if sent.name else sent.sql) if parsed else _prepared(c, sent.name)
    if sql is None or not c.judge.proven(sql):
        return None
    check = _check_behind(c, sql)
    settings = None if reads_the_same(sql) else c.settings.reports
    if parsed and not names.says_again(sql, settings):
        names.parse(b"", sql, 0, settings=settings)
    if not names.binds_again(sent.name):
        names.bind(b"", sent.name, int(parsed))
    c.replies.steps.extend(_MAKING_STEPS[sent.kinds] if may_hold_strings(sql) else steps)
    c.short = len(sent.kinds) - 1
    count = c.short + len(_OURS)
    c.rounds.append(
        Round(False, names.end_round(), count) if names.changes else SHORT_ROUNDS[count]
    )
    return b"".join((data[: -len(SYNC)], parse(CHECK, check), _RUN_CHECK, SYNC))


def _read(data: bytes, limit: int) -> _Sent | None:
    """What a round consists of; None when it is not whole, or names a portal or a new statement."""
    kinds, sql, name = b"", None, b""
    at, size = 0, len(data)
    while size - at >= heads.HEAD_BYTES:
        kind, length = heads.kind_at(data, at), heads.length_at(data, at)
        start, end = at + 5, at + 1 + length
        if end > size or length < 4 or length > limit:
            return None
        kinds += data[at : at + 1]
        if kind in (_PARSE, _BIND, _EXECUTE):  # a name comes first in these
            if heads.zero_at(data, start, end) != start:
                return None
            last = heads.zero_at(data, start + 1, end)
            if kind == _PARSE:
                if last < 0 or read_types(data[:end], last + 1):
                    return None
                sql = data[start + 1 : last]
            elif kind == _BIND and last < 0:
                return None
            elif kind == _BIND:
                name = data[start + 1 : last]
        elif kind == _SYNC:
            return _Sent(kinds, sql, name) if end == size and length == 4 else None
        elif kind != _DESCRIBE or data[start:end] not in _TARGETS:
            return None
        at = end
    return None


def _prepared(c: Conversation, name: bytes) -> bytes | None:
    """The text of a statement that means what it did when it was prepared; None: it may not."""
    prepared = c.names.statement(name)
    if prepared is None or prepared.types or prepared.era not in (None, c.names.era):
        return None
    return prepared.sql if prepared.settings in (None, c.settings.reports) else None


def pass_answer(c: Conversation, data: bytes, steps: int) -> int:
    """Return how many bytes of an answer are the client's, before ours and the ReadyForQuery.

    That is for a round of so many steps that went the short way; 0 when the answer is not plain.
    """
    simple = c.replies.ends is SIMPLE_ENDS
    end = len(data) - READY_BYTES
    check = c.check_row + _DONE if simple else _BEFORE + c.check_row + _DONE + _BEHIND
    if not (data.startswith(_READY, max(end, 0)) and data.endswith(check, 0, end)):
        return 0
    last = end - len(check)
    return _query_part(data, last) if simple else _round_part(data, last, steps)


def _query_part(data: bytes, last: int) -> int:
    """Rows and one completion, and nothing between them and `last` but our RowDescription."""
    at = 0
    while last - at >= heads.HEAD_BYTES:
        kind, length = heads.kind_at(data, at), heads.length_at(data, at)
        end = at + 1 + length
        if kind == _COMPLETE:
            if not heads.is_tagged(data, at + 5, _TAGS) or last - end < heads.HEAD_BYTES:
                return 0
            kind, length = heads.kind_at(data, end), heads.length_at(data, end)
            return end if kind == _ROW_DESCRIPTION and end + 1 + length == last else 0
        if (kind != _ROW and kind != _ROW_DESCRIPTION) or length < 4:
            return 0
        at = end
    return 0


def _round_part(data: bytes, last: int, steps: int) -> int:
    """Rows and the ends of so many steps."""
    at = 0
    while last - at >= heads.HEAD_BYTES:
        kind, length = heads.kind_at(data, at), heads.length_at(data, at)
        if kind == _COMPLETE and not heads.is_tagged(data, at + 5, _TAGS):
            return 0
        if _ENDS[kind]:
            steps -= 1
        elif kind != _ROW:
            return 0
        if length < 4:
            return 0
        at = at + 1 + length
    return last if at == last and not steps else 0
