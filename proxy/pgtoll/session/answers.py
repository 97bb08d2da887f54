"""What the server sends: passed on, but for the replies to our own statements and the refusals."""

from collections import deque
from collections.abc import Callable
from dataclasses import replace

from pgtoll.session.conversation import Conversation, refusal
from pgtoll.session.effects import Altered, Judged
from pgtoll.session.mistakes import shows_names
from pgtoll.session.notices import prints_plan, trigger_of
from pgtoll.session.own_rounds import (
    MOST_CLEARINGS,
    cleared,
    end_block,
    identified,
    unidentified,
)
from pgtoll.session.progress import Waiting
from pgtoll.session.repeats import message_end
from pgtoll.session.replies import EXTENDED_ENDS, Step, StepKind, shifted
from pgtoll.session.rounds import SYNC_ROUND
from pgtoll.session.sources import ran_nothing, telling_state
from pgtoll.session.stretches import is_plain, stretch
from pgtoll.wire.messages import SYNC, error_response, read_fields, read_parameter
from pgtoll.wire.splitter import REST, Piece, Splitter
from pgtoll_policy.verdict import Verdict

_READY, _ERROR, _COMPLETE = ord("Z"), ord("E"), ord("C")
_COPY_IN, _PARAMETER, _KEY = ord("G"), ord("S"), ord("K")

# The command tags that leave the catalog as it is, by their first word ("CommandComplete").
_PLAIN_TAGS = frozenset(
    b"SELECT INSERT UPDATE DELETE MERGE COPY FETCH MOVE BEGIN START COMMIT ROLLBACK SAVEPOINT "
    b"RELEASE SET RESET SHOW PREPARE EXECUTE DEALLOCATE DECLARE CLOSE LISTEN UNLISTEN NOTIFY LOCK "
    b"EXPLAIN DISCARD VACUUM ANALYZE CHECKPOINT TRUNCATE CLUSTER REINDEX".split()
)
# A DO or CALL may have run anything; SELECT INTO and CREATE TABLE AS say SELECT, and make a table
# that the catalog does not know, which is proof of nothing.


class Answers:
    """The server's side of a conversation."""

    def __init__(self, conversation: Conversation) -> None:
        self._c = conversation
        self._later: deque[Piece] = deque()  # pieces that wait for an answer, oldest first
        self._first = False  # it was asked for before the oldest of them
        self._hiding = False  # the rest is to come of a message whose head was not passed on

    def _key(self, data: bytes) -> None:
        """The server process says which one it is (BackendKeyData)."""
        self._c.pid = int.from_bytes(data[5:9], "big")

    def read(self, splitter: Splitter, data: bytes) -> bool:
        """Take bytes; True as `take`. Replies to plain statements are taken at once."""
        c, steps = self._c, self._c.replies.steps
        size, at, end = len(data), 0, 0 if splitter.at_boundary else splitter.missing
        while at < size and steps and is_plain(steps[0]) and not (c.asking or c.closing):
            if splitter.at_boundary:
                if c.copy_due or c.copy_in:
                    break
                at = self._pass_plain(data, at)
                if c.asking:
                    break
                end = message_end(data, at)
            self.take(splitter.feed(data[at:end]))
            at, end = end, end + splitter.missing
        return self.take(splitter.feed(data[at:])) if at < size else self._come()

    def _pass_plain(self, data: bytes, at: int) -> int:
        c = self._c
        end, ended, out = c.replies.pass_plain(data, at, stretch)
        if end > at:
            c.done += ended
            c.syncs_ignored = False
            c.to_client.append(out)
            if c.replies.asks:
                self._ask([], first=False)
        return end

    def take(self, pieces: list[Piece]) -> bool:
        """Take pieces in order; True when what the client's messages waited for has come."""
        c = self._c
        if c.asking:
            self._later.extend(pieces)
            return False
        for at, (kind, data) in enumerate(pieces):
            if c.closing:
                break
            if c.replies.active and c.replies.asks_first(kind, data):
                self._ask(pieces[at:], first=True)
                break
            self._take(kind, data)
            if c.replies.asks:
                self._ask(pieces[at + 1 :], first=False)
                break
        return self._come()

    def pass_round(self, data: bytes, ready: bytes) -> bool:
        """Take the whole answer to a round of which all is known: what of it is the client's, and
        the ReadyForQuery. True as `take`."""
        self._c.to_client.append(data)
        self._c.replies.pass_all()
        self._ready(ready)
        return self._come()

    def confirmed(self, confirmed: bool) -> bool:
        """Go on with what waited for an answer; True as `take`."""
        c = self._c
        c.asking = False
        c.unconfirmed = not confirmed
        c.to_client.append(c.replies.answer(confirmed=confirmed, first=self._first))
        later, self._later = self._later, deque()
        return self.take(list(later))

    def _ask(self, later: list[Piece], *, first: bool) -> None:
        self._later.extend(later)
        self._first = first
        self._c.ask()

    def _take(self, kind: int, data: bytes) -> None:
        c = self._c
        if kind == _READY:
            self._ready(data)
            return
        if (trigger := trigger_of(kind, data)) and trigger == c.judge.own_trigger:
            return
        self._hiding = self._hiding if kind == REST else self._keeps_back(kind, data)
        if self._hiding:
            return
        if special := _SPECIAL.get(kind):
            special(self, data)
            if c.closing:
                return
        if kind in EXTENDED_ENDS:
            c.done += 1
        if c.replies.active:
            self._tracked(kind, data)
        elif kind in (_ERROR, -_ERROR):
            c.to_client.append(self._error(data))
        else:
            c.to_client.append(data)

    def _keeps_back(self, kind: int, data: bytes) -> bool:
        """Whether a notice could show what code that nobody has read has left in the session."""
        c = self._c
        unread = c.leftovers.ran and bool(c.judge.lacked) and not c.observes
        return unread and prints_plan(kind, data)

    def _come(self) -> bool:
        c = self._c
        if c.muddled and (c.observes or c.clear):
            return True
        match c.waiting:
            case Waiting.IDLE:
                return not c.rounds
            case Waiting.DRAIN:
                return c.skipping or c.done >= c.sent
            case Waiting.COPY:
                return not c.copy_due
        return False

    def _tracked(self, kind: int, data: bytes) -> None:
        """A reply in a round that has steps of ours in it."""
        c = self._c
        if kind in (_ERROR, -_ERROR):
            data = self._error(data)
        outcome = c.replies.take(kind, data, self._withheld)
        c.to_client.append(outcome.out)
        if outcome.refused is not None:
            c.refuse(c.checked_sql, outcome.refused)
        if outcome.asked:
            identified(c, outcome.named)
        if outcome.measured:
            c.leftovers.measured(outcome.named)
        if outcome.account is not None:
            c.record(outcome.sql, c.judge.found(outcome.account))
        if outcome.noted is not None:
            c.record(outcome.sql, outcome.noted)
        if outcome.large:
            c.record(outcome.sql, self._too_large())
        c.roll_back |= outcome.roll_back
        c.surely_altered |= outcome.altered
        if outcome.lost:
            self._lose()
        if not (c.rounds or c.replies.steps):
            c.copy_due = False  # the statement has ended without asking for copy data

    def _withheld(self, error: bytes, step: Step) -> Verdict | None:
        fields = read_fields(error)
        if self._shows_names(error, step) or ran_nothing(fields):
            return None
        # What may have come of another catalog comes right, or is refused, at the next attempt.
        again = b"40001" if self._c.unconfirmed else b""
        return self._c.judge.failed_unchecked((telling_state(fields) or again).decode())

    def _shows_names(self, error: bytes, step: Step) -> bool:
        """Whether an error of a step holds nothing but names."""
        fields = read_fields(shifted(error, step.shift))
        return shows_names(fields, step.statement, step.sql, self._c.judge.text_of)

    def _lose(self) -> None:
        """End the session: what is held back can neither be kept nor shown."""
        c = self._c
        if c.observes:
            c.give_up()
            return
        c.refuse(c.checked_sql, self._too_large())
        c.closing = "held replies over their bound, or a check without its row"

    def _too_large(self) -> Verdict:
        message = "the replies to an unchecked statement are too large to hold back"
        return replace(self._c.judge.failed_unchecked(""), message=message)

    def _error(self, data: bytes) -> bytes:
        refused = self._find(data)
        self._c.parted |= b"\0VFATAL\0" in data or b"\0VPANIC\0" in data
        rejected = self._c.replies.rejected
        if rejected and not self._shows_names(data, rejected):
            self._c.tx.unread()  # the server knows its grammar, and has run code in it
            self._c.leftovers.doubt()
        self._failed()
        return data if refused is None else refused

    def _failed(self) -> None:
        c = self._c
        c.failed_at = c.done if c.failed_at is None else c.failed_at
        c.leftover |= c.tracked
        c.identity.doubt()
        if c.replies.shown:  # what failed is still in the counters
            # An error before the answer that was asked for first: nothing behind that has run.
            unread = c.tx.ran_unread and not c.leftovers.waiting
            c.remains |= (unread or c.unconfirmed) and not c.observes
            if c.remains:
                c.leftovers.unread |= c.unconfirmed
                c.leftovers.undone(c.mark)
            c.dirty |= c.remains or (c.tracked and bool(c.judge.lacked))
        elif c.unclean:
            c.dirty = True
            if c.clearings >= MOST_CLEARINGS:
                self._end_unclean()
        c.leftovers.waiting = False
        c.roll_back |= c.in_hidden_block(c.failed_at)
        if not c.rounds:
            c.skipping = True
        if c.copy_in and c.sync_kept:  # the server failed before it could read any copy data
            if c.tracked:
                c.replies.add(StepKind.SYNC)
            c.end_round(SYNC, query=False)
        if c.syncs_ignored:  # unless the error came before the server read them
            c.muddle()
        c.copy_due = c.copy_in = c.sync_kept = c.syncs_ignored = False
        c.due = c.late = c.analysed = False

    def _end_unclean(self) -> None:
        """End the session: what was read without a license may be left in it."""
        text = "terminating connection: what a refused statement left could not be cleared away"
        self._c.to_client.append(fatal("57P01", text))
        self._c.closing = "what a refused statement left could not be cleared away"

    def _find(self, error: bytes) -> bytes | None:
        """The refusal in whose place this error came; None when it is the server's own."""
        for token, (sql, ruling) in self._c.refusals.items():
            if token in error:
                del self._c.refusals[token]
                self._c.effects.append(Judged(sql, ruling.verdict))
                return refusal(ruling.verdict)
        return None

    def _completed(self, data: bytes) -> None:
        tag = data[5 : data.find(b" ", 5)] if b" " in data else data[5:-1]
        self._c.syncs_ignored = False
        if tag not in _PLAIN_TAGS and self._c.replies.shown:
            self._c.altered = self._c.surely_altered = True

    def _parameter(self, data: bytes) -> None:
        name, value = read_parameter(data)
        self._c.settings.report(name, value)
        self._c.judge.set_parameter(name, value)

    def _copy_begins(self, data: bytes) -> None:
        """The server ignores the Syncs that it gets before the end of the copy data."""
        c = self._c
        if c.copy_ended and not c.copy_due:  # which message that ended is a guess
            c.muddle()
            return
        c.ignore_syncs()
        c.copy_in, c.copy_due, c.copy_ended = True, False, False

    def _ready(self, data: bytes) -> None:
        c = self._c
        status, failed = data[5:6], c.failed_at is not None
        answered = c.rounds.popleft() if c.rounds else SYNC_ROUND
        c.names.answered(answered.changes, c.failed_at, idle=status == b"I")
        c.done, c.failed_at = 0, None
        c.copy_due = c.copy_in = c.syncs_ignored = False
        ended = c.replies.ready()
        if ended is None:
            self._lose()
            if not c.observes:
                return
        if c.roll_back and status == b"E":
            end_block(c)
            return
        c.roll_back, c.hidden_block, c.noted, c.unconfirmed = False, None, False, False
        c.hidden_before.clear()
        if not c.acted:
            c.tx.answered(status)
            c.tx.failed &= not c.rewound
        if not c.rounds:
            self._all_answered(idle=status == b"I", failed=failed)
        if not c.greeted:
            c.greeted = True
            c.to_client.append(c.greeting)
        if ended is StepKind.MUTE:
            self._muted(failed=failed)
        else:
            c.ahead = False
            # What a ROLLBACK left unchecked is still held: nothing of it will be committed.
            c.to_client += (c.replies.release(), data)

    def _muted(self, *, failed: bool) -> None:
        """A round that was all ours has ended."""
        c = self._c
        if c.identity.unknown and c.identity.asking:
            unidentified(c)
        elif c.identity.asking:
            c.identity.asking = False
        elif not failed:
            cleared(c)

    def _all_answered(self, *, idle: bool, failed: bool) -> None:
        """The server has answered every round; `idle` is outside a transaction."""
        c = self._c
        between = not c.sent  # nor has anything of another round been passed on
        c.settings.answered(idle=idle and between)
        if between:
            c.refusals.clear()
            c.copy_ended = False
            if not failed:
                c.altered = c.surely_altered  # every check has been answered
        if not idle:
            c.tx.not_over()
            return
        if between:
            c.tx.over()
            c.identity.settled()
            c.leftovers.settled()
            c.due = c.late = c.analysed = c.altered = c.planted = c.behind = False
            c.recorded.clear()
            c.checked_sql = b""  # it may be large, and the session idle for days
        if c.surely_altered:
            c.surely_altered = False
            c.effects.append(Altered())


_SPECIAL: dict[int, Callable[[Answers, bytes], None]] = {
    _COMPLETE: Answers._completed,
    _COPY_IN: Answers._copy_begins,
    _PARAMETER: Answers._parameter,
    _KEY: Answers._key,
}


def fatal(sqlstate: str, text: str) -> bytes:
    """The last message before a connection is closed."""
    return error_response({"C": sqlstate, "M": text}, severity="FATAL")
