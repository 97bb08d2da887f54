"""Whose reply comes next: the only place that knows which of the server's replies are ours.

While the proxy has added messages of its own to a round (everything up to a ReadyForQuery), each
message in it is a step; the steps stand in a FIFO. A step is a client's, or one of ours and hidden.
From a capped statement's CommandComplete on, and from a watched statement's first reply on, replies
are held back until the check behind it has passed. So are those of a statement that is fickle: it
was proven, but names may have meant another thing when it ran. Where much would be held of it, or
no check can run any more, its replies may go as well once it is confirmed that they did not.
"""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import Enum, auto

from pgtoll.wire.messages import read_column, read_fields, with_fields
from pgtoll.wire.splitter import OPAQUE, REST
from pgtoll_policy.facts import Statement
from pgtoll_policy.verdict import Verdict

# What is held of a capped statement is its completion; whatever passes this flows on, as it would
# before an error at commit.
CAP_HELD_BYTES = 64 << 10

# Replies of fickle statements: so much is held before it is asked for once, and then twice as much
# each time, up to the second.
FICKLE_HELD_BYTES, MOST_FICKLE_BYTES = 64 << 10, 1 << 20

_SEEN_BYTES = 256  # more than a check's row has
_NAME_BYTES = 2048  # more than a user's name has
_ACCOUNT_BYTES = 8192  # more than an account's row has: it names a table and a product
# A COMMIT in no block is warned about (no_active_sql_transaction).
_IN_NO_BLOCK = b"25P01"
_SYNTAX_ERROR = b"42601"
_ENDS_IN = b"postgres.c"  # where the server's process finds that it is to end
# Where its row, a DataRow, has the first column's one character: behind type and length of the
# message, the number of columns, and the column's length.
_VERDICT, _TRUE = 1 + 4 + 2 + 4, ord("t")

_ERROR, _NOTICE, _NOTIFICATION = ord("E"), ord("N"), ord("A")
_COPY_IN, _COPY_BOTH, _PARAMETER, _READY = ord("G"), ord("W"), ord("S"), ord("Z")
_NO_DATA = ord("n")
# The reply that ends a step ("Message Flow"): a simple Query's statement, an extended message.
SIMPLE_ENDS = frozenset(b"CI")
EXTENDED_ENDS = frozenset(b"123nTCsI")
_ASYNCHRONOUS = (_NOTICE, _NOTIFICATION, _PARAMETER)
# What a watched statement may show before it is checked: that it was understood. Not how it is
# described: code that runs while it is analysed may give columns other names and types.
_HARMLESS = frozenset(b"12n")
_DESCRIPTIONS = frozenset(b"Tt")
# What a COMMIT in a procedure fails with in a transaction that is not the procedure's own.
_CANNOT_COMMIT = b"2D000"
_WHY_NO_COMMIT = {
    "D": b"In demo mode rows are counted before they are committed, which cannot be done in here.",
    "H": b"Leave COMMIT and ROLLBACK to the client, or have the product licensed.",
}
# What an error from our own statement says of our own text.
_OURS_ALONE = {"P": b"", "W": b"", "q": b"", "p": b""}


class StepKind(Enum):
    CLIENT = auto()  # the client's: passes
    CAPPED = auto()  # the client's: passes up to its completion, which waits for a check
    BOUND = auto()  # analyses or plans a watched statement: notices and errors are held
    WATCHED = auto()  # the client's: everything waits for a check
    SILENT = auto()  # the client's: only an error passes
    REJECTED = auto()  # the same, of unknown grammar: what it says must hold no value
    HIDDEN = auto()  # ours: only an error passes
    FIRING = auto()  # ours, but runs the client's deferred triggers: their notices pass as well
    FIRED = auto()  # the same behind a watched statement: what they say is held
    CHECK = auto()  # ours, and what is held waits for it
    # Observe mode
    WOULD_WATCH = auto()  # the client's: passes; of an error it is noted that it would be withheld
    UNKNOWN = auto()  # the client's, of unknown grammar: noted unless the server rejects it as well
    DESCRIBED = auto()  # ours, in place of a simple statement's own description: no NoData
    ENDING = auto()  # ours: the COMMIT that the end of the round would be
    ACCOUNT = auto()  # ours: its row says what would have been refused
    AFTERWARDS = auto()  # the same behind the last commit of a round: nobody hears if it fails
    ASKED = auto()  # ours: its row says whom the session names
    MEASURED = auto()  # ours: its row says how much the session's settings take
    SYNC = auto()  # a ReadyForQuery is due
    MUTE = auto()  # a ReadyForQuery of a round that is all ours is due


_OURS = (
    StepKind.SILENT,
    StepKind.REJECTED,
    StepKind.HIDDEN,
    StepKind.FIRING,
    StepKind.FIRED,
    StepKind.CHECK,
    StepKind.ENDING,
    StepKind.ACCOUNT,
    StepKind.AFTERWARDS,
    StepKind.ASKED,
    StepKind.MEASURED,
)
# Those of them whose errors are not the client's.
_FAILING = (
    StepKind.HIDDEN,
    StepKind.FIRING,
    StepKind.CHECK,
    StepKind.ACCOUNT,
    StepKind.ASKED,
    StepKind.MEASURED,
)
# A check may have to run triggers that have been deferred behind its back.
_SILENCED = (StepKind.REJECTED, StepKind.HIDDEN, StepKind.CHECK, StepKind.MEASURED)
_SYNCS = (StepKind.SYNC, StepKind.MUTE)
_SECRET = (StepKind.BOUND, StepKind.WATCHED, StepKind.FIRED)
_CLOSE = (*_SECRET, StepKind.REJECTED)  # of these even an error may say what was read


# What is noted of errors: also of what goes before a statement that we have taken apart.
_OBSERVED = (StepKind.WOULD_WATCH, StepKind.UNKNOWN)
_PREPARING = (StepKind.SILENT, StepKind.DESCRIBED)


@dataclass(frozen=True, slots=True)
class Step:
    kind: StepKind
    shift: int = 0  # characters we inserted before this statement's text
    ends_transaction: bool = False  # the client's message behind this check ends the transaction
    sql: bytes = b""  # what is recorded of it
    waits: bool = False  # the client's: its completion waits for our COMMIT behind it
    noted: Verdict | None = None  # what is recorded of a statement of unknown grammar
    fickle: bool = False  # everything waits for a check, or for word that names mean what they did
    statement: Statement | None = None  # what runs in it, if that is certain


Withheld = Callable[[bytes, Step], Verdict | None]
# From where on replies are plain, how many steps they end, and from where on they are held.
Find = Callable[[bytes, int, Iterable[Step], bool, bool, bool, int], tuple[int, int, int]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one reply comes to: bytes for the client, and what else happened."""

    out: bytes = b""
    refused: Verdict | None = None
    roll_back: bool = False  # the check before a COMMIT failed: the transaction is to be ended
    altered: bool = False  # the check says that the catalog may be another now
    lost: bool = False  # what is held can neither be kept nor shown: the session has to end
    sql: bytes = b""  # the statement that the next two are about
    asked: bool = False  # the server says whom the session names
    named: bytes | None = None  # by this name, if any
    measured: bool = False  # the server says how much the session's settings take: that name
    account: bytes | None = None  # what an account says would have been refused
    noted: Verdict | None = None  # what would have been refused, by what came of it
    large: bool = False  # it would have been refused, as too much to hold back


NOTHING = Outcome()


class Replies:
    """The steps due in the round that the proxy takes part in, and the replies held back."""

    def __init__(
        self,
        *,
        watch_limit: int,
        proof: bytes,
        refuse: Callable[[bytes], Verdict | None],
        holds: Callable[[], bool] = lambda: True,
    ) -> None:
        self.steps: deque[Step] = deque()
        self.ends = EXTENDED_ENDS
        self._watch_limit = watch_limit
        self._proof = proof  # stands in the row of a check that has passed
        self._seen = b""  # rows of the check in progress
        self._holds = holds  # whether anything is; else an error of a fickle statement is noted
        self._doubted = False  # which it is if names may have meant another thing
        self._refuse = refuse  # from the witness's error to the refusal it means; None: not one
        self._held: list[bytes] = []
        self._held_bytes = 0
        self._flowed = 0  # bytes of a statement's replies that would have been held
        self._secret: int | None = None  # from where on what is held may not flow on
        self._unsure = False  # what is held may be what was not judged
        self._confirmed = False  # but all that has come so far is not
        self._analysed = False  # a watched statement was, and that is not checked yet
        self._at_once = FICKLE_HELD_BYTES  # of that, so much is held before it is asked for
        self._incomplete = False  # the last statement, whose transaction has failed at its end
        self._in_error = False  # the rest of an oversized error is not for the client
        self._following = False

    @property
    def active(self) -> bool:
        """Whether the round in progress is followed step by step."""
        return self._following or bool(self.steps or self._held)

    @property
    def rejected(self) -> Step | None:
        """The step of the next reply, if that is to a text that no grammar of ours knows."""
        one = bool(self.steps) and self.steps[0].kind is StepKind.REJECTED
        return self.steps[0] if one else None

    @property
    def shown(self) -> bool:
        """Whether the client is to see how the round in progress ends."""
        return not any(step.kind is StepKind.MUTE for step in self.steps)

    def follow(self, outstanding: int) -> None:
        """Begin to follow a round of which so many of the client's messages are not answered."""
        self._following = True
        self.steps.extend([Step(StepKind.CLIENT)] * outstanding)

    def add(
        self,
        kind: StepKind,
        *,
        ends_transaction: bool = False,
        sql: bytes = b"",
        noted: Verdict | None = None,
        fickle: bool = False,
        statement: Statement | None = None,
    ) -> None:
        step = Step(kind, 0, ends_transaction, sql, noted=noted, fickle=fickle, statement=statement)
        self.steps.append(step)

    # Fickle statements

    def asks_first(self, kind: int, data: bytes) -> bool:
        """Whether it has to be confirmed that names mean what they did before this reply is taken:
        an error, behind which no check can run, or the end of a round without one."""
        self._incomplete = False
        if self._confirmed or self._secret is not None:
            return False
        if abs(kind) != _ERROR:
            return self._unsure and kind in (_READY, _COPY_IN)
        step = self.steps[0] if self.steps else Step(StepKind.CLIENT)
        # A simple Query's last statement is not complete before its transaction is.
        self._incomplete = step.kind in _FAILING and not step.ends_transaction
        self._incomplete &= self.ends is SIMPLE_ENDS
        unsure = step.fickle or (self._unsure and step.kind not in _FAILING)
        return unsure and not _is_an_end(data)

    @property
    def asks(self) -> bool:
        """Whether so much is held that it has to be confirmed."""
        return self._unsure and self._secret is None and self._held_bytes > self._at_once

    def answer(self, *, confirmed: bool, first: bool) -> bytes:
        """What the answer lets go; without a confirmation, only a check can. `first` says that it
        was asked for before a reply, which is taken now."""
        if not self._holds():
            self._confirmed, self._doubted = True, not confirmed
            return b""
        if not confirmed:
            self._secret = 0
            return b""
        at_once = min(2 * self._at_once, MOST_FICKLE_BYTES)
        if first and self._incomplete and self._held[-1:] and self._held[-1][:1] == b"C":
            self._held.pop()
        out = self.release()
        self._confirmed, self._at_once = first, at_once
        return out

    def take(self, kind: int, data: bytes, withheld: Withheld) -> Outcome:
        """Take one piece of the server's stream, not a ReadyForQuery.

        `withheld` gives, from a watched statement's own error and its step, the refusal that stands
        for it, or None when the error can hold nothing of a table.
        """
        if kind == REST and self._in_error:
            return NOTHING
        self._in_error = self._confirmed = False
        if abs(kind) == _ERROR:
            outcome = self._doubtful(data, withheld)
            self._in_error = kind < 0 and not outcome.out.endswith(data)
            return outcome
        step = self.steps[0] if self.steps else Step(StepKind.CLIENT)
        out = self._route(step, kind, data)
        if kind in self.ends and self.steps and step.kind not in _SYNCS:
            self.steps.popleft()
            return self._ended(step, out)
        return Outcome(out, lost=self._held_too_much)

    def pass_plain(self, data: bytes, at: int, find: Find) -> tuple[int, int, bytes]:
        """Take replies to plain statements, from `at` on, all that are there.

        Return where they end, how many steps they ended, and what of them is for the client now.
        """
        if self._secret is not None or self._analysed or self.ends is not EXTENDED_ENDS:
            return at, 0, b""
        holds = self._holds()
        unsure = self._unsure or (self.steps[0].fickle and holds)
        room = (self._at_once if unsure else CAP_HELD_BYTES) - self._held_bytes
        all_held = unsure or bool(self._held)
        end, ended, held = find(data, at, self.steps, holds, unsure, all_held, room)
        if end == at:
            return at, 0, b""
        self._in_error = self._confirmed = self._incomplete = False
        self._flowed = 0
        for _ in range(ended):
            self.steps.popleft()
        if held < end:
            self._unsure = unsure
            self._held.append(data[held:end])
            self._held_bytes += end - held
        out = data[at:held]
        if not self._unsure and self._held_bytes > CAP_HELD_BYTES:
            out += self.release()
        return end, ended, out

    def _ended(self, step: Step, out: bytes) -> Outcome:
        """A step has ended without an error."""
        match step.kind:
            case StepKind.CHECK:
                return self._checked(out)
            case StepKind.ACCOUNT | StepKind.AFTERWARDS:
                seen, self._seen = self._seen, b""
                account = read_column(seen) if self._proof in seen else None
                return Outcome(out, sql=step.sql, account=account)
            case StepKind.ENDING:
                return Outcome(out + self.release())
            case StepKind.ASKED:
                seen, self._seen = self._seen, b""
                return Outcome(out, asked=True, named=read_column(seen))
            case StepKind.MEASURED:
                seen, self._seen = self._seen, b""
                return Outcome(out, measured=True, named=read_column(seen))
        flowed, self._flowed = self._flowed, 0
        large = flowed > self._watch_limit
        return Outcome(out, sql=step.sql, noted=step.noted, large=large, lost=self._held_too_much)

    @property
    def _held_too_much(self) -> bool:
        return self._secret is not None and self._held_bytes > self._watch_limit

    def _checked(self, out: bytes) -> Outcome:
        """The check has ended; without its own row it was not the check that ended."""
        seen, self._seen = self._seen, b""
        if self._proof not in seen:
            return Outcome(lost=True)
        self._analysed = False
        return Outcome(out + self.release(), altered=seen[_VERDICT] == _TRUE)

    def begin_query(self) -> None:
        """The round in progress is a simple Query."""
        self.ends = SIMPLE_ENDS

    def ready(self) -> StepKind | None:
        """A ReadyForQuery has come: the step it ends, or None if another was due before it."""
        step = self.steps.popleft() if self.steps else Step(StepKind.SYNC)
        self.ends = EXTENDED_ENDS
        self._following = self._confirmed = self._analysed = False
        if step.kind not in _SYNCS or self._secret is not None:
            return None
        return step.kind

    def pass_all(self) -> None:
        """All steps have been answered but the last, which is the end of the round."""
        end = self.steps.pop()
        self.steps.clear()
        self.steps.append(end)

    def give_up(self) -> None:
        """Follow nothing any more."""
        self.steps.clear()

    def _route(self, one: Step, kind: int, data: bytes) -> bytes:
        """Pass, hold or drop one reply that is no error."""
        step = one.kind
        if _is_hidden(step, kind, data):
            if step in _WITH_ROW and kind == OPAQUE:
                self._seen = (self._seen + data)[-_WITH_ROW[step] :]
            return b""
        if step is StepKind.WOULD_WATCH:
            self._flowed += len(data)
        if step is StepKind.ENDING:
            return data  # it comes before the completion that is held, as it would without us
        fickle = one.fickle and self._holds()
        if (fickle or step is StepKind.WATCHED) and kind in (_COPY_IN, _COPY_BOTH):
            return data
        self._analysed |= step is StepKind.BOUND
        if fickle:
            self._unsure = True
        elif self._is_secret(step, kind):
            self._secret = len(self._held) if self._secret is None else self._secret
        elif not self._held and not ((one.waits or step is StepKind.CAPPED) and kind in self.ends):
            return data
        self._held.append(data)
        self._held_bytes += len(data)
        if not self._unsure and self._secret is None and self._held_bytes > CAP_HELD_BYTES:
            return self.release()
        return b""

    def _is_secret(self, step: StepKind, kind: int) -> bool:
        """Whether a reply may say what was read."""
        if step in _SECRET:
            return step is not StepKind.BOUND or kind not in _HARMLESS
        return self._analysed and kind in _DESCRIPTIONS

    def release(self) -> bytes:
        """What was held back, which may now go to the client."""
        out = b"".join(self._held)
        self._forget()
        return out

    def _forget(self) -> None:
        self._held.clear()
        self._held_bytes = 0
        self._secret = None
        self._unsure, self._at_once = False, FICKLE_HELD_BYTES

    def _doubtful(self, data: bytes, withheld: Withheld) -> Outcome:
        """An ErrorResponse; what would have become of a fickle statement's is noted."""
        step = self.steps[0] if self.steps else Step(StepKind.CLIENT)
        outcome = self._error(data, withheld)
        if self._doubted:
            self._doubted = False
            noted = outcome.noted or withheld(data, step)
            outcome = replace(outcome, sql=step.sql, noted=noted)
        return outcome

    def _error(self, data: bytes, withheld: Withheld) -> Outcome:
        """An ErrorResponse ends the round: what follows up to Sync is skipped by the server."""
        step = self.steps[0] if self.steps else Step(StepKind.CLIENT)
        while self.steps and self.steps[0].kind not in _SYNCS:
            self.steps.popleft()
        if self.steps and self.steps[0].kind is StepKind.MUTE:
            return NOTHING
        if step.kind is StepKind.AFTERWARDS:
            return Outcome(self.release())
        if step.kind in _OBSERVED or (step.kind in _PREPARING and step.statement):
            return self._observed_error(step, data, withheld)
        if step.kind is StepKind.ENDING:  # the client's own end of the transaction
            self._forget()
            return Outcome(data)
        if step.kind in _FAILING and not (step.fickle and self._secret is not None):
            self._forget()
            if verdict := self._refuse(data):
                return Outcome(refused=verdict, roll_back=step.ends_transaction)
            return Outcome(with_fields(data, _OURS_ALONE), roll_back=step.ends_transaction)
        if step.kind in _CLOSE or self._secret is not None:
            before = b"".join(self._held[: self._secret])  # that was there to be seen anyway
            self._forget()
            verdict = withheld(data, step)
            out = before if verdict else before + shifted(data, step.shift)
            return Outcome(out, verdict, roll_back=step.ends_transaction)
        if step.kind is StepKind.CAPPED:
            data = _explained(data)
        if self._unsure:  # the session ends
            self._forget()
        return Outcome(self.release() + shifted(data, step.shift))

    def _observed_error(self, step: Step, data: bytes, withheld: Withheld) -> Outcome:
        """The error passes, and what would have become of it is noted."""
        out = self.release() + shifted(data, step.shift)
        if step.kind is StepKind.UNKNOWN:
            rejected = read_fields(data).get("C") == _SYNTAX_ERROR
            return Outcome(out, sql=step.sql, noted=None if rejected else step.noted)
        return Outcome(out, sql=step.sql, noted=withheld(data, step))


# How much of the rows of these is looked at.
_WITH_ROW = {
    StepKind.CHECK: _SEEN_BYTES,
    StepKind.ACCOUNT: _ACCOUNT_BYTES,
    StepKind.AFTERWARDS: _ACCOUNT_BYTES,
    StepKind.ASKED: _NAME_BYTES,
    StepKind.MEASURED: _SEEN_BYTES,
}


def _is_hidden(step: StepKind, kind: int, data: bytes) -> bool:
    """Whether a reply that is no error is not the client's."""
    if kind == _NOTICE:
        bare = step in (StepKind.ENDING, StepKind.AFTERWARDS)
        in_no_block = bare and read_fields(data).get("C") == _IN_NO_BLOCK
        return in_no_block or step in _SILENCED
    if step is StepKind.DESCRIBED:
        return kind == _NO_DATA
    return step in _OURS and kind not in _ASYNCHRONOUS


def _is_an_end(error: bytes) -> bool:
    """Whether the server itself ends the session, wherever a statement was: that tells nothing.

    With exit_on_error on, any error ends it.
    """
    fields = read_fields(error)
    return fields.get("V") == b"FATAL" and fields.get("F") == _ENDS_IN and "W" not in fields


def _explained(error: bytes) -> bytes:
    """The error of a capped statement; with the reason, where it failed because it is capped."""
    if read_fields(error).get("C") != _CANNOT_COMMIT:
        return error
    return with_fields(error, _WHY_NO_COMMIT)


def shifted(error: bytes, shift: int) -> bytes:
    """The error with its position in the client's own text, which we made longer before it."""
    position = read_fields(error).get("P") if shift else None
    if position is None or not position.isdigit():
        return error
    return with_fields(error, {"P": str(max(1, int(position) - shift)).encode()})
