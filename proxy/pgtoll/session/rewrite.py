"""The text of a simple Query with our checks in it, and whose replies it will have.

All that is added goes between statements of the client's own text, behind a line end, and holds no
quote and no dollar, so that nothing before it can swallow it.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from pgtoll.session.effects import Ruling
from pgtoll.session.replies import Step, StepKind
from pgtoll.session.transaction import ENDS_WITH_COMMIT, Transaction
from pgtoll_policy.facts import Act, Statement
from pgtoll_policy.verdict import Kind

# Fires what was deferred while the transaction can still be refused; it runs as the client's role.
FIRE_DEFERRED = b"SET CONSTRAINTS ALL IMMEDIATE"

# SQL's EXECUTE may run a COMMIT that was prepared by a Parse; the transaction then ends with the
# round, whatever stands behind the EXECUTE. In such a transaction no savepoint can be set: the
# server takes it for a fault of its own and ends the connection, which undoes everything.
GUARD = (b"SAVEPOINT pgtoll", b"RELEASE SAVEPOINT pgtoll")


def doomed(token: str) -> bytes:
    """A statement that fails at parse analysis, also in a bare Parse, and names the token."""
    return b"SELECT '" + token.encode() + b"'::pg_catalog.int4"


def new_token() -> str:
    return "pgtoll-refusal-" + secrets.token_hex(16)


@dataclass(slots=True)
class Rewritten:
    """The Query's new text and the steps its replies will come in."""

    parts: list[bytes | memoryview] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    refusals: list[tuple[str, Ruling]] = field(default_factory=list)

    @property
    def text(self) -> bytes:
        """The parts as one text."""
        return b"".join(self.parts)


class Rewriter:
    """Writes one simple Query anew. `witness` gives the check's text, `before_watch` that of what
    goes before something that runs unread, which may be empty; `passed` is told of each statement.

    With `owed`, a statement in front of this text is to be checked; if it was `analysed`, before
    anything else runs. With `guarded`, SQL's EXECUTE may have ended the block that a check runs in.
    """

    def __init__(
        self,
        sql: bytes,
        state: Transaction,
        witness: Callable[[bool], bytes],
        *,
        before_watch: Callable[[], bytes],
        passed: Callable[[Ruling], None] = lambda ruling: None,
        owed: bool = False,
        analysed: bool = False,
        guarded: bool = False,
    ) -> None:
        self._whole = sql
        self._sql = memoryview(sql)  # of megabytes, perhaps: they are copied once, at the end
        self._state = state
        self._witness = witness
        self._before_watch = before_watch
        self._passed = passed
        self._guarded = guarded
        self._done = Rewritten()
        self._shift = 0  # characters inserted so far
        self._owed = owed  # a statement behind the last check is to be checked
        # And it is the last one written: nothing may run in between.
        self._watched = analysed and not state.failed
        self._fickle = owed and state.fickle  # it was proven, and its replies are held

    def write(self, rulings: Sequence[Ruling]) -> Rewritten:
        """Return the text in which each ruling has its way."""
        at = 0
        for ruling in rulings:
            statement = ruling.statement
            self._done.parts.append(self._sql[at : statement.start])
            at = statement.end
            if statement.act in ENDS_WITH_COMMIT:
                self._settle(before=True)
            # The replies of the one are not to mix with the next statement's; those of the other
            # are to go before the client sends data, or before what ran is undone.
            if self._watched or (self._fickle and _parts(statement) and not self._state.failed):
                self._check(before=True)
            self._state.apply(statement.act, chains=statement.chains)
            self._client_statement(ruling)
        self._done.parts.append(self._sql[at:])
        if self._state.unsettled and not self._state.failed:
            self._settle(before=False)
        return self._done

    def _client_statement(self, ruling: Ruling) -> None:
        statement, verdict = ruling.statement, ruling.verdict
        own: bytes | memoryview = self._sql[statement.start : statement.end]
        kind = _STEP.get(verdict.kind, StepKind.CLIENT)
        if verdict.kind is Kind.WATCH and ruling.hides and not self._state.failed:
            self._note_counts()
        if ruling.first and self._state.explicit and not self._state.failed:
            self._insert([ruling.first], [Step(StepKind.HIDDEN)], before=True)
        self._passed(ruling)
        fickle = ruling.fickle
        step = Step(kind, self._shift, sql=self._whole, fickle=fickle, statement=statement)
        self._done.steps.append(step)
        if verdict.kind is Kind.REFUSE:
            token = new_token()
            self._done.refusals.append((token, ruling))
            own = doomed(token)
        self._done.parts.append(own)
        self._state.owe(verdict, fickle=ruling.fickle, defers=ruling.defers)
        self._owed |= verdict.kind in _STEP or ruling.fickle
        self._fickle |= ruling.fickle
        self._watched = verdict.kind is Kind.WATCH

    def _note_counts(self) -> None:
        if text := self._before_watch():
            self._insert([text], [Step(StepKind.MEASURED)], before=True)

    def _check(self, *, before: bool) -> None:
        """Check what ran so far; the transaction goes on."""
        texts, steps = [self._witness(False)], [Step(StepKind.CHECK)]
        if self._guarded and self._state.explicit is True:
            texts += GUARD
            steps += [Step(StepKind.HIDDEN)] * len(GUARD)
        self._insert(texts, steps, before=before)
        self._owed = self._watched = self._fickle = False

    def _settle(self, *, before: bool) -> None:
        """Check the transaction before it commits; inside a block, only what this text did."""
        state = self._state
        if not state.unsettled or state.failed:
            return
        if not before and state.explicit:
            if self._owed:
                self._check(before=False)
            return
        ends = bool(before and state.explicit is not False)
        texts, steps = [], []
        if state.watched and (text := self._before_watch()):
            texts.append(text)
            steps.append(Step(StepKind.MEASURED, ends_transaction=ends))
        if state.fires:
            fired = StepKind.FIRED if state.watched else StepKind.FIRING
            texts.append(FIRE_DEFERRED)
            steps.append(Step(fired, ends_transaction=ends, fickle=state.fickle))
        steps.append(Step(StepKind.CHECK, ends_transaction=ends))
        self._insert([*texts, self._witness(True)], steps, before=before)
        self._owed = self._watched = self._fickle = False

    def _insert(self, texts: list[bytes], steps: list[Step], *, before: bool) -> None:
        added = b"".join(t + b";" for t in texts) if before else b"".join(b"\n;" + t for t in texts)
        self._shift += len(added)
        self._done.parts.append(added)
        self._done.steps += steps


def _parts(statement: Statement) -> bool:
    """Whether what ran before is checked before this statement."""
    return statement.copies_in or statement.act in (Act.ROLLBACK, Act.ROLLBACK_TO)


_STEP = {Kind.CAP: StepKind.CAPPED, Kind.WATCH: StepKind.WATCHED}
