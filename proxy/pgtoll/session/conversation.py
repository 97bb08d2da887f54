"""What both directions of a session know: rounds in flight, steps, names, the transaction."""

import secrets
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import NamedTuple

from pgtoll.session.effects import Close, Confirm, Effect, Judge, Judged, Peer, Read, Ruling, Write
from pgtoll.session.identity import Identity
from pgtoll.session.leftovers import STAINED, STAINED_HINT, Leftovers
from pgtoll.session.names import NO_CHANGES, Change, Names
from pgtoll.session.replies import Replies, StepKind
from pgtoll.session.rewrite import FIRE_DEFERRED, GUARD, doomed, new_token
from pgtoll.session.settings import Settings
from pgtoll.session.transaction import Transaction
from pgtoll.wire.messages import (
    bind,
    close,
    data_row,
    error_response,
    execute,
    parse,
    read_fields,
)
from pgtoll_policy.verdict import Kind, Verdict

# What our statements are called on the server while they are there: as no client would call one.
_MARK = secrets.token_hex(8).encode()
CHECK, REFUSED, UNREAD = b"pgtoll-check-" + _MARK, b"pgtoll-refused", b"pgtoll-unread"
# By EXECUTE, it runs below the top level: there, older servers do not warn that it is in no block.
FIRE = b"pgtoll_fire_" + _MARK

# The last look back at what was committed sees all that others have committed, whatever isolation
# the client's transactions have, and makes none of them fail.
COMMITTED_ONLY = b"SET TRANSACTION ISOLATION LEVEL READ COMMITTED"

# Statements that may give a known name another meaning.
_RENAMES = frozenset({"prepare", "deallocate", "discard"})


@dataclass(frozen=True, slots=True)
class Limits:
    """What one session may hold, in bytes."""

    statement: int = 8 << 20  # a message that is longer is not read
    watched: int = 16 << 20  # replies held back until a watched statement is checked


class Round(NamedTuple):
    """Everything that the client sent up to one ReadyForQuery."""

    query: bool  # a Query or FunctionCall, and not a Sync, ends it
    changes: Sequence[Change] = NO_CHANGES  # what it does to the names
    sent: int = 0  # extended messages in it


QUERY_ROUND = Round(True)
SYNC_ROUND = Round(False)
# Most rounds are short and change no name; they need not be made anew.
SHORT_ROUNDS = tuple(Round(False, NO_CHANGES, sent) for sent in range(16))


class Waiting(Enum):
    """Why the client's messages are held back."""

    NO = auto()
    FACTS = auto()  # the judge reads a statement
    IDLE = auto()  # the server answers the rounds in flight
    DRAIN = auto()  # the server answers what was sent since the last Sync
    COPY = auto()  # the server says whether it takes copy data


@dataclass(slots=True)
class Conversation:
    """One client's conversation with its server, as far as the proxy must follow it."""

    judge: Judge
    limits: Limits
    clear: bool = False  # the client's user lacked nothing when last asked: nothing is read
    names: Names = field(default_factory=Names)
    settings: Settings = field(default_factory=Settings)
    tx: Transaction = field(default_factory=Transaction)
    leftovers: Leftovers = field(default_factory=Leftovers)
    # ReadyForQuerys that are due; the first opens the session.
    rounds: deque[Round] = field(default_factory=lambda: deque([SYNC_ROUND]))
    waiting: Waiting = Waiting.IDLE
    greeted: bool = False  # authentication is over
    pid: int = 0  # of the server process, once it has said so
    greeting: bytes = b""  # goes to the client right before that is said
    dirty: bool = False  # the server's counters may show what was read while it was licensed
    outlived: bool = False  # and cursors that outlived their transactions may hold it
    remains: bool = False  # what was undone may have left behind what no transaction undoes
    clearings: int = 0  # how often in a row the server was asked to clear that away
    sent: int = 0  # extended messages passed on since the last Sync or Query, ours included
    done: int = 0  # replies that ended one, since the last ReadyForQuery
    failed_at: int | None = None  # how many were done when the round being answered failed
    due: bool = False  # a capped statement ran since the last check
    late: bool = False  # or a watched one that could not have its check right behind it
    altered: bool = False  # this transaction may have changed the catalog
    surely_altered: bool = False  # it has, by its own word or that of a check
    skipping: bool = False  # the server ignores everything up to the client's Sync
    copy_due: bool = False  # the server has yet to say whether it takes copy data
    copy_in: bool = False  # the server takes copy data and ignores Sync
    sync_kept: bool = False  # the client's last message was such a Sync, not passed on
    copy_ended: bool = False  # the client has ended copy data that the server did not ask for yet
    syncs_ignored: bool = False  # a Sync was passed on that the server will have ignored
    muddled: bool = False  # it is not known any more how many rounds are in flight
    # We opened a transaction block around a statement, behind so many messages of the round; and
    # the places in the round that were inside such a block until the client ended it.
    hidden_block: int | None = None
    hidden_before: list[range] = field(default_factory=list)
    roll_back: bool = False  # a check before COMMIT failed: the block is ours to end
    acted: bool = False  # a statement since the last Sync may have begun or ended a transaction
    rewound: bool = False  # or has gone back to a savepoint
    leftover: bool = False  # an error may have kept our statement from being closed
    noted: bool = False  # counts were noted in this round before something ran unread
    # Observe mode: they were noted in a round of our own, before this one; and a transaction was
    # committed since the last look that may have left work to its end.
    ahead: bool = False
    behind: bool = False
    mark: object = None  # how far the catalog was before the transaction in progress began
    unconfirmed: bool = False  # names may have meant another thing in this round
    asking: bool = False  # whether a mark still holds: the server's pieces wait for the answer
    dropping: bool = False  # the rest of an oversized message is not passed on
    # What was refused, by the token in the error that comes in its place.
    refusals: dict[bytes, tuple[bytes, Ruling]] = field(default_factory=dict)
    checked_sql: bytes = b""  # the last text that a check was put behind
    short: int = 0  # steps of the client's in the round that went the short way, until it answers
    # Observe mode: what has been recorded since the server was last outside a transaction.
    recorded: set[tuple[bytes, Verdict]] = field(default_factory=set)
    to_server: list[bytes] = field(default_factory=list)
    to_client: list[bytes] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    parted: bool = False  # the client has said goodbye, or the server why it ends
    closing: str = ""  # why the session ends once all that is written has gone out
    nonce: bytes = field(default_factory=lambda: str(1 + secrets.randbits(62)).encode())
    check_row: bytes = field(init=False)  # that of a check which has found nothing
    replies: Replies = field(init=False)
    identity: Identity = field(init=False)

    def __post_init__(self) -> None:
        self.check_row = data_row(b"f", self.nonce)
        self.identity = Identity(self.judge.impersonates)
        self.replies = Replies(
            watch_limit=self.limits.watched,
            proof=self.nonce,
            refuse=self._witnessed,
            holds=lambda: not self.judge.observes,
        )

    # Waiting

    def wait(self, waiting: Waiting) -> bool:
        """Hold the client's messages back from this one on."""
        self.waiting = waiting
        return False

    def learn(self, sql: bytes) -> bool:
        """Have the facts of a text made known, and wait for them."""
        self.effects.append(Read(sql))
        return self.wait(Waiting.FACTS)

    # Rounds and steps

    @property
    def tracked(self) -> bool:
        """Whether the round in progress has steps of ours in it."""
        return self.replies.active

    @property
    def busy(self) -> bool:
        """Whether a round of ours is still being answered: what follows it waits."""
        return bool(self.rounds) and (self.replies.active or self.roll_back)

    @property
    def observes(self) -> bool:
        """Whether nothing is refused or held back, only recorded."""
        return self.judge.observes

    @property
    def idle(self) -> bool:
        """Whether the server waits for a first message, outside a transaction."""
        return not (self.rounds or self.sent) and self.tx.explicit is False

    def in_hidden_block(self, at: int) -> bool:
        """Whether an error of the message with `at` others before it left our own block behind."""
        is_open = self.hidden_block is not None and at >= self.hidden_block
        return is_open or any(at in places for places in self.hidden_before)

    @property
    def doubt(self) -> str:
        """Why nothing counts as proven in this transaction any more; empty when it does."""
        if self.remains:
            return "a statement that failed in this transaction may have left something behind"
        return "the catalog may have changed in this transaction" if self.altered else ""

    def step(self, data: bytes, kind: StepKind = StepKind.CLIENT, *, fickle: bool = False) -> bool:
        """Pass an extended message on."""
        if not (self.rounds or self.sent):
            self.copy_ended = False  # that was no end of what follows
        self.to_server.append(data)
        self.sent += 1
        if self.replies.active:
            self.replies.add(kind, sql=self.checked_sql, fickle=fickle)
        return True

    def skip(self, data: bytes) -> bool:
        """The server ignores a message; a client who lacks nothing is passed on all the same."""
        self.dropping = not self.clear
        if self.clear:
            self.to_server.append(data)
        return True

    def end_round(self, data: bytes, *, query: bool) -> bool:
        """Pass on the message that a ReadyForQuery will answer."""
        if not (self.rounds or self.sent):
            self.copy_ended = False
        self.to_server.append(data)
        self.rounds.append(Round(query, self.names.end_round(), self.sent))
        self.settings.end_round()
        self.sent = 0
        self.skipping = self.acted = self.rewound = self.sync_kept = False
        return True

    def ignore_syncs(self) -> None:
        """The server ignores the Syncs behind a COPY FROM STDIN: what follows goes on with it."""
        kept = int(bool(self.rounds) and self.rounds[0].query)  # a Query's own round goes on
        while len(self.rounds) > kept:
            ignored = self.rounds.pop()
            self.names.reopen(ignored.changes, ignored.sent)
            self.sent += ignored.sent
            self.syncs_ignored = True

    def begin_tracking(self) -> bool:
        """Follow every step of this round from here on; False while older rounds are in flight."""
        if self.replies.active:
            return True
        if self.rounds:
            return False
        self.replies.follow(self.sent - self.done)
        return True

    def substitute(self, ruling: Ruling, sql: bytes, name: bytes = REFUSED) -> bool:
        """Put a statement that is sure to fail in the place of the refused message."""
        return self.step(parse(name, self.doom(ruling, sql)))

    def doom(self, ruling: Ruling, sql: bytes) -> bytes:
        """A statement that fails, and whose error will be replaced by the refusal."""
        token = new_token()
        self.refusals[token.encode()] = (sql, ruling)
        return doomed(token)

    # What we add

    def witness(self, final: bool) -> bytes:
        """The check, which shows our nonce in its row: no other statement's end is taken for it."""
        if self.leftovers.stained and self.tx.fickle:
            text = self.judge.mistrust(self.mark, final=final)
        elif self.tx.accounted:
            text = self.judge.witness(final=final, watched=self.noted)
        else:
            text = self.judge.steady(self.mark, final=final)
        self.noted = False
        return text + b"," + self.nonce

    def before_watch(self) -> bytes:
        """What goes before something that runs unread; the next check relies on it."""
        text = self.judge.before_watch()
        self.noted |= bool(text)
        measure = self.leftovers.measure() if text else b""
        return measure + text.removeprefix(b"SELECT ") if measure else text

    def note_counts(self) -> None:
        """Prepare for something that runs unread."""
        if text := self.before_watch():
            self.inject(text, StepKind.MEASURED)

    def account_text(self, *, committed: bool = False, again: bool = False) -> bytes:
        """The account, which shows our nonce in its row as a check does.

        `again` says that another follows behind the commit.
        """
        tx, judge = self.tx, self.judge
        if tx.watched or (tx.accounted and not again):
            text = judge.account(committed=committed, noted=self.noted and not committed)
        else:
            text = judge.glance(self.mark, committed=committed, rows=again and tx.fills)
        if not committed:
            self.ahead &= not self.noted
            self.noted = False
        return text + b"," + self.nonce

    def account(self, kind: StepKind = StepKind.ACCOUNT, *, again: bool = False) -> None:
        """Ask what would have been refused of what ran so far."""
        self.inject(self.account_text(again=again), kind)
        self.due = self.late = False

    def look_back(self) -> None:
        """Ask what would have been refused of what the last commit of the round has run."""
        self.inject(COMMITTED_ONLY, StepKind.AFTERWARDS)
        self.inject(self.account_text(committed=True), StepKind.AFTERWARDS)
        self.behind = False

    def inject(
        self, sql: bytes, kind: StepKind, *, ends_transaction: bool = False, fickle: bool = False
    ) -> None:
        """Slip a statement of ours into the extended conversation; its replies are hidden."""
        self._open(CHECK, sql)
        hidden, ends = StepKind.HIDDEN, ends_transaction
        self.ours(bind(CHECK, CHECK), hidden, ends_transaction=ends)
        self.ours(execute(CHECK), kind, ends_transaction=ends, fickle=fickle)
        self.ours(close(b"P", CHECK), hidden, ends_transaction=ends)
        self.ours(close(b"S", CHECK), hidden, ends_transaction=ends)

    def ours(
        self, data: bytes, kind: StepKind, *, ends_transaction: bool = False, fickle: bool = False
    ) -> None:
        """Add a message of ours to the round."""
        self.to_server.append(data)
        self.sent += 1
        self.replies.add(
            kind, ends_transaction=ends_transaction, sql=self.checked_sql, fickle=fickle
        )

    def check(self) -> None:
        """Check what ran so far; the transaction goes on."""
        if self.observes:
            self.account()
            return
        self.inject(self.witness(False), StepKind.CHECK)
        if self.guarded:
            for sql in GUARD:
                self.inject(sql, StepKind.HIDDEN)
        self.due = self.late = False

    @property
    def guarded(self) -> bool:
        """Whether SQL's EXECUTE could have ended the block that the check ran in."""
        return self.names.odd and self.tx.explicit is True

    def settle(self) -> None:
        """Check the transaction as it will be committed."""
        if self.observes:
            if self.due:
                self.account()
            return
        ends = self.tx.explicit is not False
        if self.tx.watched:
            self.note_counts()
        if self.tx.fires:
            self._fire(ends_transaction=ends)
        self.inject(self.witness(True), StepKind.CHECK, ends_transaction=ends)
        self.due = self.late = False

    def _fire(self, *, ends_transaction: bool) -> None:
        """Run what was deferred."""
        tx = self.tx
        fired = StepKind.FIRED if tx.watched else StepKind.FIRING
        self._open(FIRE, FIRE_DEFERRED)
        self.inject(b"EXECUTE " + FIRE, fired, ends_transaction=ends_transaction, fickle=tx.fickle)
        self.ours(close(b"S", FIRE), StepKind.HIDDEN)

    def _open(self, name: bytes, sql: bytes) -> None:
        """Prepare a statement of ours, in place of one that an error may have left there."""
        if self.leftover:
            # In a block that failed, the portal is there as well until the block ends.
            for kind, left in ((b"P", CHECK), (b"S", CHECK), (b"S", FIRE)):
                self.ours(close(kind, left), StepKind.HIDDEN)
            self.leftover = False
        self.ours(parse(name, sql), StepKind.HIDDEN)

    @property
    def unclean(self) -> bool:
        """Whether the server may hold, beside its counters, what is not to be fetched any more."""
        return self.outlived or self.remains

    # What is to be done

    def note(self, rulings: Sequence[Ruling]) -> None:
        """Remember what statements that pass may change of what later ones are judged by."""
        for ruling in rulings:
            statement = ruling.statement
            unseen = self.observes or ruling.verdict.kind is Kind.ALLOW  # no check tells of it
            alters = statement.ddl or (ruling.opaque and unseen)
            self.surely_altered |= alters
            self.altered |= alters or ruling.opaque
            self.settings.note(statement, opaque=ruling.opaque)
            in_block = self.tx.explicit is True
            user = self.identity.note(statement, opaque=ruling.opaque, in_block=in_block)
            if user is not None:
                self.judge.identify(user)
            if ruling.opaque or statement.verb in _RENAMES:
                self.names.taint()
            self.record_noted(ruling)

    def record_noted(self, ruling: Ruling) -> None:
        """Observe mode: record what reading would have refused of the statement at hand."""
        if ruling.noted:
            self.record(self.checked_sql, ruling.noted)

    def record(self, sql: bytes, verdict: Verdict) -> None:
        """Observe mode: record, once a transaction, what would have been refused."""
        if (sql, verdict) not in self.recorded:
            self.recorded.add((sql, verdict))
            self.effects.append(Judged(sql, verdict))
        self.dirty = True  # it ran, and the counters show it

    def ask(self) -> None:
        """Have it found out whether names still mean what they did; the server's replies wait."""
        self.asking = True
        self.effects.append(Confirm(self.mark))

    def refuse(self, sql: bytes, verdict: Verdict) -> None:
        """Tell the client no, in PostgreSQL's own form."""
        self.effects.append(Judged(sql, verdict))
        self.to_client.append(refusal(verdict))

    def muddle(self) -> None:
        """How many rounds are in flight is not known any more; who lacks nothing may go on."""
        self.muddled = True
        if not self.clear:
            self.give_up()

    def give_up(self) -> None:
        """End the session of a client whose statements can be judged no more.

        In observe mode it goes on, and what it sends passes unread from here on.
        """
        if self.observes:
            self.note((self.judge.rule_unreadable("how many replies are due is not known"),))
            self.replies.give_up()
            self.clear = self.muddled = True
            return
        text = "terminating connection: the licenses changed, and its state is not known"
        self.to_client.append(error_response({"C": "57P01", "M": text}, "FATAL"))
        self.closing = "the state of the connection is not known"

    def stained_by(self, sql: bytes, rulings: Sequence[Ruling]) -> bool:
        """End the session before what could tell which names of parameters are left in it."""
        if self.clear or self.observes or not self.leftovers.ends(rulings):
            return False
        verdict = self.judge.failed_unchecked("")
        self.effects.append(Judged(sql, replace(verdict, message=STAINED, hint=STAINED_HINT)))
        text = f"terminating connection: {STAINED}"
        fields = {"C": "57P01", "M": text, "H": STAINED_HINT}
        self.to_client.append(error_response(fields, "FATAL"))
        self.closing = STAINED
        return True

    def take_effects(self) -> list[Effect]:
        """Everything to be done since the last call, in order."""
        effects, self.effects = self.effects, []
        if self.to_client:
            effects.append(Write(Peer.CLIENT, b"".join(self.to_client)))
            self.to_client.clear()
        if self.closing:
            effects.append(Close(self.closing))
        elif self.to_server:
            effects.append(Write(Peer.SERVER, b"".join(self.to_server)))
            self.to_server.clear()
        return effects

    def _witnessed(self, error: bytes) -> Verdict | None:
        """The refusal that an error of our check stands for; None when it is another error."""
        fields = {k: v.decode(errors="replace") for k, v in read_fields(error).items()}
        where = (fields.get("s", ""), fields.get("t", ""), fields.get("D", ""))
        if fields.get("C") == "TOLL1":
            return self.judge.over_cap(*where, fields.get("H", ""))
        if fields.get("C") == "TOLL2":
            self.dirty = True  # counters outlive the statement that is undone
            if self.tx.fickle and not self.observes:  # it may have been another than was judged
                self.remains = self.leftovers.unread = True
                self.leftovers.undone(self.mark)
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
