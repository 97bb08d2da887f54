"""Observe mode: a simple Query with our accounts in it, which change nothing for the client.

What enforcement would check, an account looks at: behind a statement that would be watched, before
a transaction ends, and behind its commit, for that is when deferred triggers have run. It raises
nothing, locks nothing and holds no reply back. What would behave otherwise with another statement
behind it, outside a transaction block, is sent in the extended protocol, where it would not.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from pgtoll.session.conversation import UNREAD, Conversation
from pgtoll.session.effects import Ruling
from pgtoll.session.replies import Step, StepKind
from pgtoll.session.transaction import ENDS_TRANSACTION, Transaction
from pgtoll.wire import messages
from pgtoll_policy.facts import Act
from pgtoll_policy.verdict import Kind

# In a text of one statement that is no block, these run at the top level, where they may commit,
# or say that they need a block. None of the others looks at that.
_NEUTRAL = frozenset({"select", "insert", "update", "delete", "merge", "copy", "truncate"})
COMMIT = b"COMMIT"


def observed_query(c: Conversation, sql: bytes, rulings: Sequence[Ruling]) -> bytes:
    """Return what is sent in place of a Query, up to the message that a ReadyForQuery answers."""
    if _stands_alone(c, rulings):
        return _as_extended(c, sql, rulings[0])
    # SQL's EXECUTE may have begun a block, if a BEGIN was prepared.
    sure = not c.names.odd or not (c.sent or any(ruling.opaque for ruling in rulings))
    writer = Writer(sql, c.tx, c.account_text, owed=c.due, final=sure)
    text = writer.write(rulings)
    c.due = c.late = False
    c.replies.begin_query()
    c.replies.steps.extend(writer.steps)
    c.replies.add(StepKind.SYNC)
    return messages.query(text)


def _stands_alone(c: Conversation, rulings: Sequence[Ruling]) -> bool:
    if len(rulings) != 1 or c.tx.explicit is not False:
        return False
    statement = rulings[0].statement
    if c.names.odd and statement.verb == "execute":  # of what may be a COPY
        return False
    return statement.act is None and statement.verb not in _NEUTRAL


def _as_extended(c: Conversation, sql: bytes, ruling: Ruling) -> bytes:
    """One statement of a Query in the extended protocol: still at the top level, and checked.

    As a Query does, it drops the unnamed statement; its portal it drops as it ends.
    """
    c.ours(messages.close(b"S", b""), StepKind.HIDDEN)
    c.ours(messages.close(b"S", UNREAD), StepKind.HIDDEN)
    kind = StepKind.WOULD_WATCH if ruling.verdict.kind is Kind.WATCH else StepKind.CLIENT
    for data, step in (
        (messages.parse(UNREAD, sql), StepKind.SILENT),
        (messages.bind(b"", UNREAD), StepKind.SILENT),
        (messages.message(b"D", b"P\0"), StepKind.DESCRIBED),
        (messages.execute(b""), kind),
    ):
        c.ours(data, step)
    c.tx.owe(ruling.verdict)
    c.account()
    end_round(c)
    c.ours(messages.close(b"S", UNREAD), StepKind.HIDDEN)
    c.replies.add(StepKind.SYNC)
    return messages.SYNC


def end_round(c: Conversation) -> None:
    """Do what the end of an extended round is about to do, and look at what came of it."""
    if c.tx.explicit is False and c.tx.fills and not c.names.odd:
        if c.due and c.tx.watched:
            c.account()
        c.inject(COMMIT, StepKind.ENDING)
        c.account(StepKind.AFTERWARDS, committed=True)
    elif c.due:
        c.account()


class Writer:
    """Writes one simple Query anew.

    With `owed`, a statement in front of this text is to be looked at; with `final`, the end of the
    text is certain to be the end of a transaction that is in no block.
    """

    def __init__(
        self,
        sql: bytes,
        state: Transaction,
        account: Callable[..., bytes],
        *,
        owed: bool,
        final: bool,
    ) -> None:
        self.steps: list[Step] = []
        self._sql = sql
        self._state = state
        self._account = account
        self._owed = owed
        self._final = final
        self._watched = False  # the last statement written would be watched
        self._filled = False  # a transaction that filled tables was committed since the last look
        self._last = -1  # the place of the last statement's step
        self._text = bytearray()
        self._shift = 0  # characters inserted so far

    def write(self, rulings: Sequence[Ruling]) -> bytes:
        """Return the text with our statements in it."""
        at = 0
        for ruling in rulings:
            statement = ruling.statement
            self._text += self._sql[at : statement.start]
            at = statement.end
            ends = statement.act in ENDS_TRANSACTION or statement.act is Act.ROLLBACK_TO
            due = self._watched or self._filled or (self._owed and ends)
            if due and not self._state.failed:
                self._look(before=True)
            self._client_statement(ruling)
        self._text += self._sql[at:]
        self._end()
        return bytes(self._text)

    def _client_statement(self, ruling: Ruling) -> None:
        statement, verdict, state = ruling.statement, ruling.verdict, self._state
        watched = verdict.kind is Kind.WATCH
        kind = StepKind.WOULD_WATCH if watched else StepKind.CLIENT
        self._last = len(self.steps)
        self.steps.append(Step(kind, self._shift, sql=self._sql))
        self._text += self._sql[statement.start : statement.end]
        filled = statement.act is Act.COMMIT and state.fills and not state.failed
        self._filled = filled and not statement.chains  # whose isolation level may be set still
        state.apply(statement.act, chains=statement.chains)
        state.owe(verdict)
        self._owed |= verdict.kind is not Kind.ALLOW
        self._watched = watched

    def _end(self) -> None:
        state = self._state
        if self._filled:
            self._insert(self._account(committed=True), StepKind.AFTERWARDS)
        elif state.failed:
            return
        elif state.explicit is False and state.fills and self._final:
            if self._last >= 0:
                self.steps[self._last] = replace(self.steps[self._last], waits=True)
            if self._watched:
                self._look(before=False)
            self._insert(COMMIT, StepKind.ENDING)
            self._insert(self._account(committed=True), StepKind.AFTERWARDS)
        elif self._owed:
            self._look(before=False)

    def _look(self, *, before: bool) -> None:
        account = self._account(committed=self._filled)
        self._insert(account, StepKind.ACCOUNT, before=before)
        self._owed = self._watched = self._filled = False

    def _insert(self, text: bytes, kind: StepKind, *, before: bool = False) -> None:
        added = text + b";" if before else b"\n;" + text
        self._shift += len(added)
        self._text += added
        self.steps.append(Step(kind, sql=self._sql))
