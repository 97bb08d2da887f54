"""Whose reply comes next: the only place that knows which of the server's replies are ours.

While the proxy has added messages of its own to a round (everything up to a ReadyForQuery), each
message in it is a step; the steps stand in a FIFO. A step is a client's, or one of ours and hidden.
From a capped statement's CommandComplete on, and from a watched statement's first reply on, replies
are held back until the check behind it has passed.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from pgtoll.wire.messages import read_fields, with_fields
from pgtoll.wire.splitter import OPAQUE, REST
from pgtoll_policy.verdict import Verdict

# What is held of a capped statement is its completion; whatever passes this flows on, as it would
# before an error at commit.
CAP_HELD_BYTES = 64 << 10

_SEEN_BYTES = 256  # more than a check's row has
# Where its row, a DataRow, has the first column's one character: behind type and length of the
# message, the number of columns, and the column's length.
_VERDICT, _TRUE = 1 + 4 + 2 + 4, ord("t")

_ERROR, _NOTICE, _NOTIFICATION = ord("E"), ord("N"), ord("A")
_COPY_IN, _COPY_BOTH, _PARAMETER = ord("G"), ord("W"), ord("S")
# The reply that ends a step ("Message Flow"): a simple Query's statement, an extended message.
SIMPLE_ENDS = frozenset(b"CI")
EXTENDED_ENDS = frozenset(b"123nTCsI")
_ASYNCHRONOUS = (_NOTICE, _NOTIFICATION, _PARAMETER)
# What a watched statement may show before it is checked: that it was understood.
_HARMLESS = frozenset(b"12nTt")
# What an error from our own statement says of our own text.
_OURS_ALONE = {"P": b"", "W": b"", "q": b"", "p": b""}


class StepKind(Enum):
    CLIENT = auto()  # the client's: passes
    CAPPED = auto()  # the client's: passes up to its completion, which waits for a check
    BOUND = auto()  # a Bind of a watched statement: notices and errors are held
    WATCHED = auto()  # the client's: everything waits for a check
    SILENT = auto()  # the client's: only an error passes
    HIDDEN = auto()  # ours: only an error passes
    FIRING = auto()  # ours, but runs the client's deferred triggers: their notices pass as well
    FIRED = auto()  # the same behind a watched statement: what they say is held
    CHECK = auto()  # ours, and what is held waits for it
    SYNC = auto()  # a ReadyForQuery is due
    MUTE = auto()  # a ReadyForQuery of a round that is all ours is due


_OURS = (
    StepKind.SILENT,
    StepKind.HIDDEN,
    StepKind.FIRING,
    StepKind.FIRED,
    StepKind.CHECK,
)
_SYNCS = (StepKind.SYNC, StepKind.MUTE)
_SECRET = (StepKind.BOUND, StepKind.WATCHED, StepKind.FIRED)


@dataclass(frozen=True, slots=True)
class Step:
    kind: StepKind
    shift: int = 0  # characters we inserted before this statement's text
    ends_transaction: bool = False  # the client's message behind this check ends the transaction


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one reply comes to: bytes for the client, and what else happened."""

    out: bytes = b""
    refused: Verdict | None = None
    roll_back: bool = False  # the check before a COMMIT failed: the transaction is to be ended
    altered: bool = False  # the check says that the catalog may be another now
    lost: bool = False  # what is held can neither be kept nor shown: the session has to end


NOTHING = Outcome()


class Replies:
    """The steps due in the round that the proxy takes part in, and the replies held back."""

    def __init__(
        self, *, watch_limit: int, proof: bytes, refuse: Callable[[bytes], Verdict | None]
    ) -> None:
        self.steps: deque[Step] = deque()
        self.ends = EXTENDED_ENDS
        self._watch_limit = watch_limit
        self._proof = proof  # stands in the row of a check that has passed
        self._seen = b""  # rows of the check in progress
        self._refuse = refuse  # from the witness's error to the refusal it means; None: not one
        self._held: list[bytes] = []
        self._held_bytes = 0
        self._secret: int | None = None  # from where on what is held may not flow on
        self._in_error = False  # the rest of an oversized error is not for the client
        self._following = False

    @property
    def active(self) -> bool:
        """Whether the round in progress is followed step by step."""
        return self._following or bool(self.steps or self._held)

    @property
    def shown(self) -> bool:
        """Whether the client is to see how the round in progress ends."""
        return not any(step.kind is StepKind.MUTE for step in self.steps)

    def follow(self, outstanding: int) -> None:
        """Begin to follow a round of which so many of the client's messages are not answered."""
        self._following = True
        self.steps.extend([Step(StepKind.CLIENT)] * outstanding)

    def add(self, kind: StepKind, *, shift: int = 0, ends_transaction: bool = False) -> None:
        self.steps.append(Step(kind, shift, ends_transaction))

    def take(self, kind: int, data: bytes, withheld: Callable[[bytes], Verdict | None]) -> Outcome:
        """Take one piece of the server's stream, not a ReadyForQuery.

        `withheld` gives, from a watched statement's own error, the refusal that stands for it, or
        None when the error can hold nothing of a table.
        """
        if kind == REST and self._in_error:
            return NOTHING
        self._in_error = False
        if abs(kind) == _ERROR:
            outcome = self._error(data, withheld)
            self._in_error = kind < 0 and not outcome.out.endswith(data)
            return outcome
        step = self.steps[0] if self.steps else Step(StepKind.CLIENT)
        out = self._route(step.kind, kind, data)
        if kind in self.ends and self.steps and step.kind not in _SYNCS:
            self.steps.popleft()
            if step.kind is StepKind.CHECK:
                return self._checked(out)
        return Outcome(out, lost=self._secret is not None and self._held_bytes > self._watch_limit)

    def _checked(self, out: bytes) -> Outcome:
        """The check has ended; without its own row it was not the check that ended."""
        seen, self._seen = self._seen, b""
        if self._proof not in seen:
            return Outcome(lost=True)
        return Outcome(out + self.release(), altered=seen[_VERDICT] == _TRUE)

    def begin_query(self) -> None:
        """The round in progress is a simple Query."""
        self.ends = SIMPLE_ENDS

    def ready(self) -> StepKind | None:
        """A ReadyForQuery has come: the step it ends, or None if another was due before it."""
        step = self.steps.popleft() if self.steps else Step(StepKind.SYNC)
        self.ends = EXTENDED_ENDS
        self._following = False
        if step.kind not in _SYNCS or self._secret is not None:
            return None
        return step.kind

    def _route(self, step: StepKind, kind: int, data: bytes) -> bytes:
        """Pass, hold or drop one reply that is no error."""
        hidden = step is StepKind.HIDDEN and kind == _NOTICE
        if hidden or (step in _OURS and kind not in _ASYNCHRONOUS):
            if step is StepKind.CHECK and kind == OPAQUE:
                self._seen = (self._seen + data)[-_SEEN_BYTES:]
            return b""
        if step is StepKind.WATCHED and kind in (_COPY_IN, _COPY_BOTH):
            return data
        if step in _SECRET and kind not in (_HARMLESS if step is StepKind.BOUND else ()):
            self._secret = len(self._held) if self._secret is None else self._secret
        elif not self._held and not (step is StepKind.CAPPED and kind in self.ends):
            return data
        self._held.append(data)
        self._held_bytes += len(data)
        if self._secret is None and self._held_bytes > CAP_HELD_BYTES:
            return self.release()
        return b""

    def release(self) -> bytes:
        """What was held back, which may now go to the client."""
        out = b"".join(self._held)
        self._forget()
        return out

    def _forget(self) -> None:
        self._held.clear()
        self._held_bytes = 0
        self._secret = None

    def _error(self, data: bytes, withheld: Callable[[bytes], Verdict | None]) -> Outcome:
        """An ErrorResponse ends the round: what follows up to Sync is skipped by the server."""
        step = self.steps[0] if self.steps else Step(StepKind.CLIENT)
        while self.steps and self.steps[0].kind not in _SYNCS:
            self.steps.popleft()
        if self.steps and self.steps[0].kind is StepKind.MUTE:
            return NOTHING
        if step.kind in (StepKind.CHECK, StepKind.HIDDEN, StepKind.FIRING):
            self._forget()
            if verdict := self._refuse(data):
                return Outcome(refused=verdict, roll_back=step.ends_transaction)
            return Outcome(with_fields(data, _OURS_ALONE), roll_back=step.ends_transaction)
        if step.kind in _SECRET or self._secret is not None:
            before = b"".join(self._held[: self._secret])  # that was there to be seen anyway
            self._forget()
            verdict = withheld(data)
            out = before if verdict else before + shifted(data, step.shift)
            return Outcome(out, verdict, roll_back=step.ends_transaction)
        return Outcome(self.release() + shifted(data, step.shift))


def shifted(error: bytes, shift: int) -> bytes:
    """The error with its position in the client's own text, which we made longer before it."""
    position = read_fields(error).get("P") if shift else None
    if position is None or not position.isdigit():
        return error
    return with_fields(error, {"P": str(max(1, int(position) - shift)).encode()})
