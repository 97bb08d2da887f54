"""What we add to a conversation: statements of our own between the client's, and what they ask."""

import secrets
from dataclasses import dataclass, field

from pgtoll.session.effects import Sure
from pgtoll.session.progress import Progress
from pgtoll.session.replies import StepKind
from pgtoll.session.rewrite import FIRE_DEFERRED, GUARD
from pgtoll.wire.messages import bind, close, execute, parse
from pgtoll_policy.facts import Statement

# What our statements are called on the server while they are there: as no client would call one.
_MARK = secrets.token_hex(8).encode()
CHECK, REFUSED, UNREAD = b"pgtoll-check-" + _MARK, b"pgtoll-refused", b"pgtoll-unread"
# By EXECUTE, it runs below the top level: there, older servers do not warn that it is in no block.
FIRE = b"pgtoll_fire_" + _MARK

# The last look back at what was committed sees all that others have committed, whatever isolation
# the client's transactions have, and makes none of them fail.
COMMITTED_ONLY = b"SET TRANSACTION ISOLATION LEVEL READ COMMITTED"


@dataclass(slots=True)
class Additions(Progress):
    """A conversation in which we have a say: checks, accounts, and what goes before them."""

    due: bool = False  # a capped statement ran since the last check
    late: bool = False  # or a watched one that could not have its check right behind it
    analysed: bool = False  # or one was analysed or planned that is watched, and may have run code
    leftover: bool = False  # an error may have kept our statement from being closed
    noted: bool = False  # counts were noted in this round before something ran unread
    # Observe mode: they were noted in a round of our own, before this one; and a transaction was
    # committed since the last look that may have left work to its end.
    ahead: bool = False
    behind: bool = False
    mark: object = None  # how far the catalog was before the transaction in progress began
    nonce: bytes = field(default_factory=lambda: str(1 + secrets.randbits(62)).encode())
    check_row: bytes = field(init=False)  # that of a check which has found nothing

    # Checks and accounts

    def witness(self, final: bool) -> bytes:
        """The check, which shows our nonce in its row: no other statement's end is taken for it."""
        if self.leftovers.stained and self.tx.fickle:
            text = self.judge.mistrust(self.mark, final=final)
        elif self.tx.accounted:
            known = self.tx.sureties
            filled = None if known.doubted else known.filled
            noted, sure = self.noted, self._sure
            text = self.judge.witness(final=final, watched=noted, sure=sure, filled=filled)
        else:
            text = self.judge.steady(self.mark, final=final)
        self.noted = False
        return text + b"," + self.nonce

    @property
    def _sure(self) -> Sure | None:
        """What a check need not ask about."""
        numbers = self.tx.sureties.numbers
        return Sure(self.mark, numbers) if numbers else None

    def before_watch(self) -> bytes:
        """What goes before something that runs unread; the next check relies on it."""
        text = self.judge.before_watch(self.mark)
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
            noted = self.noted and not committed
            text = judge.account(committed=committed, noted=noted, sure=self._sure)
        else:
            text = judge.glance(self.mark, committed=committed, rows=again and tx.fills)
        if not committed:
            self.ahead &= not self.noted
            self.noted = False
        return text + b"," + self.nonce

    def account(self, kind: StepKind = StepKind.ACCOUNT, *, again: bool = False) -> None:
        """Ask what would have been refused of what ran so far."""
        self.inject(self.account_text(again=again), kind)
        self.due = self.late = self.analysed = False

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
        self,
        data: bytes,
        kind: StepKind,
        *,
        ends_transaction: bool = False,
        fickle: bool = False,
        statement: Statement | None = None,
    ) -> None:
        """Add a message of ours to the round."""
        self.to_server.append(data)
        self.sent += 1
        self.replies.add(
            kind,
            ends_transaction=ends_transaction,
            sql=self.checked_sql,
            fickle=fickle,
            statement=statement,
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
        self.due = self.late = self.analysed = False

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
        self.due = self.late = self.analysed = False

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
