"""What both directions of a session know: rounds in flight, steps, names, the transaction."""

import secrets
from collections import deque
from dataclasses import dataclass, field
from enum import Enum, auto

from pgtoll.session.effects import Close, Effect, Judge, Judged, Peer, Ruling, Write
from pgtoll.session.names import Names
from pgtoll.session.replies import Replies, StepKind
from pgtoll.session.rewrite import FIRE_DEFERRED, Transaction
from pgtoll.wire.messages import bind, close, error_response, execute, parse, query, read_fields
from pgtoll_policy.verdict import Verdict

# Pending counters reach the shared statistics when the session next is idle, and begin anew.
FLUSH_STATISTICS = b"SELECT pg_catalog.pg_stat_force_next_flush()"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one session may hold, in bytes."""

    statement: int = 1 << 20  # a text that is longer is not read
    watched: int = 16 << 20  # replies held back until a watched statement is checked


class Round(Enum):
    """Everything up to one ReadyForQuery."""

    QUERY = auto()
    SYNC = auto()


class Waiting(Enum):
    """Why the client's messages are held back."""

    NO = auto()
    FACTS = auto()  # the judge reads a statement
    IDLE = auto()  # the server answers the rounds in flight
    DRAIN = auto()  # the server answers what was sent since the last Sync


@dataclass(slots=True)
class Conversation:
    """One client's conversation with its server, as far as the proxy must follow it."""

    judge: Judge
    limits: Limits
    names: Names = field(default_factory=Names)
    tx: Transaction = field(default_factory=Transaction)
    # ReadyForQuerys that are due; the first ends authentication.
    rounds: deque[Round] = field(default_factory=lambda: deque([Round.SYNC]))
    waiting: Waiting = Waiting.IDLE
    greeted: bool = False  # authentication is over
    dirty: bool = False  # the server's counters may show what was read while it was licensed
    sent: int = 0  # extended messages passed on since the last Sync or Query
    done: int = 0  # replies that ended one, since the last ReadyForQuery
    due: bool = False  # a capped statement ran since the last check
    altered: bool = False  # this transaction may have changed the catalog
    surely_altered: bool = False  # it has, by its own word or that of a check
    failed: bool = False  # an error since the server was last idle
    skipping: bool = False  # the server ignores everything up to the client's Sync
    copying: bool = False  # a COPY FROM STDIN of a statement we read is under way
    copy_in: bool = False  # the server takes copy data and ignores Sync
    copy_ended: bool = False  # the client has ended copy data since the last ReadyForQuery
    syncs_after_copy: int = 0
    leftover: bool = False  # an error may have kept our statement from being closed
    hidden_block: bool = False  # we opened a transaction block around the client's statement
    roll_back: bool = False  # a check before COMMIT failed: the block is ours to end
    acted: bool = False  # a statement since the last Sync may have begun or ended a transaction
    # What was refused, by the token in the error that comes in its place.
    refusals: dict[bytes, tuple[bytes, Ruling]] = field(default_factory=dict)
    checked_sql: bytes = b""  # the last text that a check was put behind
    to_server: list[bytes] = field(default_factory=list)
    to_client: list[bytes] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    closing: str = ""  # why the session ends once all that is written has gone out
    nonce: bytes = field(default_factory=lambda: str(1 + secrets.randbits(62)).encode())
    replies: Replies = field(init=False)

    def __post_init__(self) -> None:
        self.replies = Replies(
            watch_limit=self.limits.watched, proof=self.nonce, refuse=self._witnessed
        )

    @property
    def tracked(self) -> bool:
        """Whether the round in progress has steps of ours in it."""
        return bool(self.replies.steps)

    @property
    def doubt(self) -> str:
        """Why nothing counts as proven in this transaction any more; empty when it does."""
        return "the catalog may have changed in this transaction" if self.altered else ""

    def track(self, kind: StepKind) -> None:
        """Note a message of the client's that was passed on."""
        self.sent += 1
        if self.replies.steps or kind is not StepKind.CLIENT:  # the first of a round as well
            self.replies.add(kind)

    def begin_tracking(self) -> bool:
        """Follow every step of this round from here on; False while older rounds are in flight."""
        if self.replies.steps:
            return True
        if self.rounds:
            return False
        for _ in range(self.sent - self.done):
            self.replies.add(StepKind.CLIENT)
        return True

    def witness(self, final: bool) -> bytes:
        """The check, which shows our nonce in its row: no other statement's end is taken for it."""
        return self.judge.witness(final=final) + b"," + self.nonce

    def inject(self, sql: bytes, kind: StepKind, *, ends_transaction: bool = False) -> None:
        """Slip a statement of ours into the extended conversation; its replies are hidden."""
        name = b"pgtoll-" + self.nonce
        if self.leftover:
            self.to_server.append(close(b"S", name))
            self.replies.add(StepKind.HIDDEN)
            self.leftover = False
        self.to_server += (
            parse(name, sql),
            bind(name, name),
            execute(name),
            close(b"P", name),
            close(b"S", name),
        )
        for step in (StepKind.HIDDEN, StepKind.HIDDEN, kind, StepKind.HIDDEN, StepKind.HIDDEN):
            self.replies.add(step, ends_transaction=ends_transaction)

    def check(self) -> None:
        """Check what ran so far; the transaction goes on."""
        self.inject(self.witness(False), StepKind.CHECK)
        self.due = False

    def settle(self) -> None:
        """Check the transaction as it will be committed."""
        ends = self.tx.explicit is not False
        fired = StepKind.FIRED if self.tx.watched else StepKind.HIDDEN
        self.inject(FIRE_DEFERRED, fired, ends_transaction=ends)
        self.inject(self.witness(True), StepKind.CHECK, ends_transaction=ends)
        self.due = False

    @property
    def idle(self) -> bool:
        """Whether the server waits for a first message, outside a transaction."""
        return not (self.rounds or self.sent) and self.tx.explicit is False

    def flush_statistics(self) -> None:
        """Have the server's counters begin at zero, so that a check sees only what follows."""
        self.dirty = False
        self._hidden_query(FLUSH_STATISTICS)
        self.rounds.append(Round.QUERY)
        self.waiting = Waiting.IDLE
        self.replies.add(StepKind.MUTE)

    def end_block(self) -> None:
        """End, on our own, a transaction block that a failed check has left behind."""
        self.roll_back = False
        self._hidden_query(b"ROLLBACK")
        self.rounds.appendleft(Round.QUERY)
        self.replies.add(StepKind.SYNC)

    def _hidden_query(self, sql: bytes) -> None:
        self.replies.begin_query()
        self.replies.add(StepKind.HIDDEN)
        self.to_server.append(query(sql))

    def refuse(self, sql: bytes, verdict: Verdict) -> None:
        """Tell the client no, in PostgreSQL's own form."""
        self.effects.append(Judged(sql, verdict))
        self.to_client.append(refusal(verdict))

    def take_effects(self) -> list[Effect]:
        """Everything to be done since the last call, in order."""
        effects, self.effects = self.effects, []
        if self.to_client:
            effects.append(Write(Peer.CLIENT, b"".join(self.to_client)))
            self.to_client.clear()
        if self.to_server:
            effects.append(Write(Peer.SERVER, b"".join(self.to_server)))
            self.to_server.clear()
        if self.closing:
            effects.append(Close(self.closing))
        return effects

    def _witnessed(self, error: bytes) -> Verdict | None:
        """The refusal that an error of our check stands for; None when it is another error."""
        fields = {k: v.decode(errors="replace") for k, v in read_fields(error).items()}
        where = (fields.get("s", ""), fields.get("t", ""), fields.get("D", ""))
        if fields.get("C") == "TOLL1":
            return self.judge.over_cap(*where, fields.get("H", ""))
        if fields.get("C") == "TOLL2":
            self.dirty = True  # counters outlive the statement that is undone
            return self.judge.touched(*where)
        return None


def refusal(verdict: Verdict) -> bytes:
    """The ErrorResponse that tells a client no."""
    return error_response(
        {
            "C": verdict.sqlstate,
            "M": verdict.message,
            "D": verdict.detail,
            "H": verdict.hint,
            "s": verdict.schema,
            "t": verdict.table,
        }
    )
