"""One client's conversation with its server, as far as the proxy must follow it.

How far it is comes from `progress`, what we put into it from `additions`; here is what becomes of
it: what was noted, refused and recorded, and how it ends.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from weakref import proxy

from pgtoll.session.additions import REFUSED, Additions
from pgtoll.session.effects import Close, Confirm, Effect, Judged, Peer, Ruling, Write
from pgtoll.session.identity import Identity
from pgtoll.session.leftovers import STAINED, STAINED_HINT
from pgtoll.session.replies import Replies
from pgtoll.session.rewrite import doomed, new_token
from pgtoll.session.transaction import ENDS_FAILURE
from pgtoll.wire.messages import data_row, error_response, parse, read_fields
from pgtoll_policy.verdict import Kind, Verdict

# Statements that may give a known name another meaning.
_RENAMES = frozenset({"prepare", "deallocate", "discard"})


@dataclass(slots=True, weakref_slot=True)
class Conversation(Additions):
    """What both directions of a session know, and all that they may do."""

    unconfirmed: bool = False  # names may have meant another thing in this round
    asking: bool = False  # whether a mark still holds: the server's pieces wait for the answer
    # What was refused, by the token in the error that comes in its place.
    refusals: dict[bytes, tuple[bytes, Ruling]] = field(default_factory=dict)
    # Observe mode: what has been recorded since the server was last outside a transaction.
    recorded: set[tuple[bytes, Verdict]] = field(default_factory=set)
    to_client: list[bytes] = field(default_factory=list)
    parted: bool = False  # the client has said goodbye, or the server why it ends

    def __post_init__(self) -> None:
        self.begin(self.limits.statement)
        self.check_row = data_row(b"f", self.nonce)
        self.identity = Identity(self.judge.impersonates)
        # What refers to itself is not freed before somebody looks for garbage.
        weak: Conversation = proxy(self)
        self.replies = Replies(
            watch_limit=self.limits.watched,
            proof=self.nonce,
            refuse=lambda error: weak._witnessed(error),
            holds=lambda: not weak.judge.observes,
        )

    def substitute(self, ruling: Ruling, sql: bytes, name: bytes = REFUSED) -> bool:
        """Put a statement that is sure to fail in the place of the refused message."""
        return self.step(parse(name, self.doom(ruling, sql)))

    def doom(self, ruling: Ruling, sql: bytes) -> bytes:
        """A statement that fails, and whose error will be replaced by the refusal."""
        token = new_token()
        self.refusals[token.encode()] = (sql, ruling)
        return doomed(token)

    def note(self, rulings: Sequence[Ruling]) -> None:
        """Remember what statements that pass may change of what later ones are judged by."""
        ignored = self.ignores
        for ruling in rulings:
            statement = ruling.statement
            unseen = self.observes or ruling.verdict.kind is Kind.ALLOW  # no check tells of it
            alters = statement.ddl or (ruling.opaque and unseen)
            self.surely_altered |= alters
            self.altered |= alters or ruling.opaque
            self.planted |= ruling.plants and ruling.verdict.kind is not Kind.REFUSE
            self.tx.sureties.note(ruling)
            self.leftovers.resumed.note(ruling, self.mark)
            self.settings.note(statement, opaque=ruling.opaque)
            in_block = self.tx.explicit is True
            user = self.identity.note(statement, opaque=ruling.opaque, in_block=in_block)
            if user is not None:
                self.judge.identify(user)
            if ruling.opaque or statement.verb in _RENAMES:
                self.names.taint()
            ignored &= statement.act not in ENDS_FAILURE
            if not ignored:
                self.record_noted(ruling, self.checked_sql)

    @property
    def ignores(self) -> bool:
        """Whether the server, by its own word, ignores all but the end of the transaction."""
        return self.tx.failed and not self.rounds

    def record_noted(self, ruling: Ruling, sql: bytes) -> None:
        """Observe mode: record what reading would have refused of a statement.

        A text of unknown grammar is recorded when its Parse turns out to be one for the server.
        """
        if ruling.noted and not (ruling.rejected and self.names.changes):
            self.record(sql, ruling.noted)

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

    def runs(self, ruling: Ruling) -> None:
        """Follow what a statement that is passed on may leave behind.

        A transaction that has failed runs nothing but its end. That it has is the server's word,
        unless a round is in flight that may have ended it.
        """
        if not self.ignores or ruling.statement.act:
            self.leftovers.note(ruling, self.mark)

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

    def ran(self, sql: bytes, rulings: Sequence[Ruling], why: str = "") -> None:
        """Say what is passed on, if somebody records it. Behind a refusal the server ignores it."""
        if self.judge.recording and not self.refusals:
            self.judge.ran(sql, rulings, why)

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
