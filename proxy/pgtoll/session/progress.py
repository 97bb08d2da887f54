"""How far a conversation is: rounds in flight and their steps, and what holds the client back."""

from dataclasses import dataclass, field
from enum import Enum, auto

from pgtoll.session.effects import Effect, Judge, Read
from pgtoll.session.flow import Flow
from pgtoll.session.identity import Identity
from pgtoll.session.leftovers import Leftovers
from pgtoll.session.replies import Replies, StepKind
from pgtoll.session.rounds import Round
from pgtoll.session.settings import Settings
from pgtoll_policy.facts import Statement
from pgtoll_policy.unread import CHANGED_HERE, LEFT_HERE

UNREAD_LEFT = "a statement that failed in this transaction may have left something behind"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one session may hold, in bytes."""

    statement: int = 8 << 20  # a message that is longer is not read
    watched: int = 16 << 20  # replies held back until a watched statement is checked


class Waiting(Enum):
    """Why the client's messages are held back."""

    NO = auto()
    FACTS = auto()  # the judge reads a statement
    IDLE = auto()  # the server answers the rounds in flight
    DRAIN = auto()  # the server answers what was sent since the last Sync
    COPY = auto()  # the server says whether it takes copy data


@dataclass(slots=True)
class Progress(Flow):
    """What both directions of a session know of what was sent and what was answered."""

    judge: Judge
    limits: Limits
    settings: Settings = field(default_factory=Settings)
    leftovers: Leftovers = field(default_factory=Leftovers)
    waiting: Waiting = Waiting.IDLE
    greeted: bool = False  # authentication is over
    pid: int = 0  # of the server process, once it has said so
    greeting: bytes = b""  # goes to the client right before that is said
    dirty: bool = False  # the server's counters may show what was read while it was licensed
    outlived: bool = False  # and cursors that outlived their transactions may hold it
    remains: bool = False  # what was undone may have left behind what no transaction undoes
    clearings: int = 0  # how often in a row the server was asked to clear that away
    planted: bool = False  # this transaction may have left code there that nobody has read
    surely_altered: bool = False  # it has changed the catalog, by its own word or that of a check
    sync_kept: bool = False  # the client's last message was such a Sync, not passed on
    syncs_ignored: bool = False  # a Sync was passed on that the server will have ignored
    muddled: bool = False  # it is not known any more how many rounds are in flight
    # We opened a transaction block around a statement, behind so many messages of the round; and
    # the places in the round that were inside such a block until the client ended it.
    hidden_block: int | None = None
    hidden_before: list[range] = field(default_factory=list)
    dropping: bool = False  # the rest of an oversized message is not passed on
    checked_sql: bytes = b""  # the last text that a check was put behind
    short: int = 0  # steps of the client's in the round that went the short way, until it answers
    to_server: list[bytes] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    replies: Replies = field(init=False)
    identity: Identity = field(init=False)

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
        read = not (self.planted or (self.remains and self.leftovers.resumed.ran))
        if self.remains:
            return LEFT_HERE if read else UNREAD_LEFT
        changed = CHANGED_HERE if read else "the catalog may have changed in this transaction"
        return changed if self.altered else ""

    @property
    def unclean(self) -> bool:
        """Whether the server may hold, beside its counters, what is not to be fetched any more."""
        return self.outlived or self.remains

    def step(
        self,
        data: bytes,
        kind: StepKind = StepKind.CLIENT,
        *,
        fickle: bool = False,
        statement: Statement | None = None,
    ) -> bool:
        """Pass an extended message on."""
        if not (self.rounds or self.sent):
            self.copy_ended = False  # that was no end of what follows
        self.to_server.append(data)
        self.sent += 1
        if self.replies.active:
            sql = self.checked_sql
            self.replies.add(kind, sql=sql, fickle=fickle, statement=statement)
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
        kept = int(bool(self.rounds) and self.rounds.next.query)  # a Query's own round goes on
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
