"""Observe mode: a simple Query with our accounts in it, which change nothing for the client.

What enforcement would check, an account looks at: behind a statement that would be watched or that
was proven, before a transaction ends, and behind its commit, for that is when deferred triggers
have run. It raises nothing, locks nothing and holds no reply back. What would behave otherwise with
another statement behind it, outside a transaction block, is sent in the extended protocol, where
it would not.
"""

from collections.abc import Sequence
from dataclasses import replace

from pgtoll.session.additions import COMMITTED_ONLY, UNREAD
from pgtoll.session.conversation import Conversation
from pgtoll.session.effects import Ruling
from pgtoll.session.own_rounds import note_ahead
from pgtoll.session.progress import Waiting
from pgtoll.session.replies import Step, StepKind
from pgtoll.session.transaction import ENDS_FAILURE, ENDS_TRANSACTION, ENDS_WITH_COMMIT
from pgtoll.wire import messages
from pgtoll_policy.verdict import Kind

# In a text of one statement that is no block, these run at the top level, where they may commit,
# or say that they need a block. None of the others looks at that.
_NEUTRAL = frozenset(
    {"select", "insert", "update", "delete", "merge", "copy", "truncate", "fetch", "move"}
)
COMMIT = b"COMMIT"


def observed_query(c: Conversation, sql: bytes, rulings: Sequence[Ruling]) -> bytes:
    """Return what is sent in place of a Query, up to the message that a ReadyForQuery answers."""
    if _stands_alone(c, rulings):
        return _as_extended(c, sql, rulings[0])
    # SQL's EXECUTE may have begun a block, if a BEGIN was prepared.
    sure = not c.names.odd or not (c.sent or any(ruling.opaque for ruling in rulings))
    writer = Writer(c, sql, final=sure)
    text = writer.write(rulings)
    c.due, c.late = c.behind and c.tx.explicit is not False, False
    c.replies.begin_query()
    c.replies.steps.extend(writer.steps)
    c.replies.add(StepKind.SYNC)
    return messages.query(text)


def noted_before(c: Conversation, rulings: Sequence[Ruling]) -> bool:
    """Whether a text may go on: what would run unread, and has to be the first in its transaction,
    waits until a round of our own has noted counts."""
    return not _stands_alone(c, rulings) or may_run(c, rulings)


def may_run(c: Conversation, rulings: Sequence[Ruling]) -> bool:
    """Whether statements may go on, as those of `noted_before`."""
    unread = any(_hides(ruling) for ruling in rulings)
    if not unread or c.ahead or c.sent or c.tx.explicit is not False:
        return True
    if c.rounds:
        return c.wait(Waiting.IDLE)
    return note_ahead(c)


def note_before(c: Conversation, ruling: Ruling, *, may_commit: bool) -> None:
    """Note counts before an Execute, or a Bind, of something that would run unread."""
    if not _hides(ruling) or c.tx.failed or c.noted:
        return
    if c.ahead:
        c.noted = True
    elif (c.tx.explicit or not may_commit) and (text := c.judge.note(c.mark, ahead=False)):
        c.inject(text, StepKind.HIDDEN)
        c.noted = True


def _hides(ruling: Ruling) -> bool:
    return ruling.hides and ruling.verdict.kind is Kind.WATCH


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
    watched = ruling.statement if kind is StepKind.WOULD_WATCH else None
    c.noted = c.ahead and _hides(ruling)
    for data, step in (
        (messages.parse(UNREAD, sql), StepKind.SILENT),
        (messages.bind(b"", UNREAD), StepKind.SILENT),
        (messages.message(b"D", b"P\0"), StepKind.DESCRIBED),
        (messages.execute(b""), kind),
    ):
        c.ours(data, step, fickle=ruling.fickle, statement=watched)
    c.tx.owe(ruling.verdict, fickle=ruling.fickle, defers=ruling.defers)
    c.due |= ruling.checked
    end_round(c)
    c.ours(messages.close(b"S", UNREAD), StepKind.HIDDEN)
    c.replies.add(StepKind.SYNC)
    return messages.SYNC


def end_round(c: Conversation) -> None:
    """Do what the end of an extended round is about to do, and look at what came of it."""
    if c.tx.explicit is False and _looks_back(c) and not c.names.odd:
        if c.due:
            c.account(again=True)
        c.inject(COMMIT, StepKind.ENDING, fickle=c.tx.fickle)
        c.look_back()
    elif c.due:
        c.account()


def _looks_back(c: Conversation) -> bool:
    """Whether a transaction that ends here, or has ended, may have left work to its end."""
    return c.behind or (c.tx.unsettled and c.tx.fires)


class Writer:
    """Writes one simple Query anew.

    With `final`, the end of the text is certain to be the end of a transaction that is in no block.
    """

    def __init__(self, c: Conversation, sql: bytes, *, final: bool) -> None:
        self.steps: list[Step] = []
        self._c = c
        self._sql = sql
        self._final = final
        self._owed = c.due  # a statement behind the last look, or in front of the text, is due one
        self._watched = False  # the last statement written would be watched
        self._ended = False  # it ends a transaction
        self._last = -1  # the place of its step
        self._text = bytearray()
        self._shift = 0  # characters inserted so far

    def write(self, rulings: Sequence[Ruling]) -> bytes:
        """Return the text with our statements in it."""
        at = 0
        for ruling in rulings:
            statement = ruling.statement
            self._text += self._sql[at : statement.start]
            at = statement.end
            ends = statement.act in ENDS_FAILURE
            if (self._watched or (self._owed and ends)) and not self._c.tx.failed:
                self._look(before=True)
            self._client_statement(ruling)
        self._text += self._sql[at:]
        if not self._c.tx.failed:
            self._end()
        return bytes(self._text)

    def _client_statement(self, ruling: Ruling) -> None:
        statement, verdict, state = ruling.statement, ruling.verdict, self._c.tx
        self._note_counts(ruling)
        self._ended = statement.act in ENDS_TRANSACTION
        self._watched = verdict.kind is Kind.WATCH and not self._ended
        commits = statement.act in ENDS_WITH_COMMIT and not state.failed
        kind = StepKind.WOULD_WATCH if verdict.kind is Kind.WATCH else StepKind.CLIENT
        fickle = ruling.fickle or (commits and state.fickle)
        self._last = len(self.steps)
        step = Step(kind, self._shift, sql=self._sql, fickle=fickle, statement=statement)
        self.steps.append(step)
        self._text += self._sql[statement.start : statement.end]
        self._c.behind |= commits and state.unsettled and state.fires
        state.apply(statement.act, chains=statement.chains)
        if self._ended:
            self._owed = False  # what it has run is looked back at
            return
        state.owe(verdict, fickle=ruling.fickle, defers=ruling.defers)
        self._owed |= ruling.checked

    def _note_counts(self, ruling: Ruling) -> None:
        c = self._c
        if not _hides(ruling) or c.tx.failed or c.noted:
            return
        if text := c.judge.note(c.mark, ahead=False):
            self._insert(text, StepKind.HIDDEN, before=True)
            c.noted = True

    def _end(self) -> None:
        c = self._c
        if not (c.tx.explicit is False and self._final and _looks_back(c)):
            if self._owed:
                self._look(before=False)
            return
        if self._owed:
            self._look(before=False, again=True)
        if not self._ended:
            self.steps[self._last] = replace(self.steps[self._last], waits=True)
            self._insert(COMMIT, StepKind.ENDING, fickle=c.tx.fickle)
        self._insert(COMMITTED_ONLY, StepKind.AFTERWARDS)
        self._insert(c.account_text(committed=True), StepKind.AFTERWARDS)
        c.behind = False

    def _look(self, *, before: bool, again: bool = False) -> None:
        self._insert(self._c.account_text(again=again), StepKind.ACCOUNT, before=before)
        self._owed = self._watched = False

    def _insert(
        self, text: bytes, kind: StepKind, *, before: bool = False, fickle: bool = False
    ) -> None:
        added = text + b";" if before else b"\n;" + text
        self._shift += len(added)
        self._text += added
        self.steps.append(Step(kind, sql=self._sql, fickle=fickle))
