"""The text of a simple Query with our checks in it, and whose replies it will have.

All that is added goes between statements of the client's own text, behind a line end, and holds no
quote and no dollar, so that nothing before it can swallow it.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from pgtoll.session.effects import Ruling
from pgtoll.session.replies import Step, StepKind
from pgtoll_policy.facts import Act
from pgtoll_policy.verdict import Kind, Verdict

# Fires what was deferred while the transaction can still be refused; it runs as the client's role.
FIRE_DEFERRED = b"SET CONSTRAINTS ALL IMMEDIATE"

ENDS_WITH_COMMIT = (Act.COMMIT, Act.PREPARE)
ENDS_TRANSACTION = (Act.COMMIT, Act.PREPARE, Act.ROLLBACK)


def doomed(token: str) -> bytes:
    """A statement that fails at parse analysis, also in a bare Parse, and names the token."""
    return b"SELECT '" + token.encode() + b"'::pg_catalog.int4"


def new_token() -> str:
    return "pgtoll-refusal-" + secrets.token_hex(16)


@dataclass(slots=True)
class Transaction:
    """What is known of the transaction at one point of the client's stream."""

    explicit: bool | None = False  # inside a transaction block; None: not known
    failed: bool = False  # the server ignores all but its end
    unsettled: bool = False  # something in it is to be checked before it commits
    watched: bool = False  # some of that ran unread: what its deferred triggers say is held

    def apply(self, act: Act | None) -> None:
        """Follow a statement that begins, ends or rewinds it."""
        if act is Act.BEGIN:
            self.explicit = True
        elif act in ENDS_TRANSACTION:
            self.explicit = self.failed = self.unsettled = self.watched = False
        elif act is Act.ROLLBACK_TO:
            self.failed = False

    def owe(self, verdict: Verdict) -> None:
        """Note that a statement ran which is to be checked at commit as well."""
        if verdict.kind in (Kind.CAP, Kind.WATCH):
            self.unsettled = True
            self.watched |= verdict.watch


@dataclass(slots=True)
class Rewritten:
    """The Query's new text and the steps its replies will come in."""

    text: bytearray = field(default_factory=bytearray)
    steps: list[Step] = field(default_factory=list)
    refusals: list[tuple[str, Ruling]] = field(default_factory=list)


class Rewriter:
    """Writes one simple Query anew. `witness` gives the check's text."""

    def __init__(self, sql: bytes, state: Transaction, witness: Callable[[bool], bytes]) -> None:
        self._sql = sql
        self._state = state
        self._witness = witness
        self._done = Rewritten()
        self._shift = 0  # characters inserted so far
        self._owed = False  # a statement behind the last check is to be checked
        self._watched = False  # and it is the last one written: nothing may run in between

    def write(self, rulings: Sequence[Ruling]) -> Rewritten:
        """Return the text in which each ruling has its way."""
        at = 0
        for ruling in rulings:
            statement = ruling.statement
            self._done.text += self._sql[at : statement.start]
            at = statement.end
            if statement.act in ENDS_WITH_COMMIT:
                self._settle(before=True)
            self._state.apply(statement.act)
            self._client_statement(ruling)
        self._done.text += self._sql[at:]
        if self._state.unsettled and not self._state.failed:
            self._settle(before=False)
        return self._done

    def _client_statement(self, ruling: Ruling) -> None:
        statement, verdict = ruling.statement, ruling.verdict
        own = self._sql[statement.start : statement.end]
        kind = _STEP.get(verdict.kind, StepKind.CLIENT)
        if self._watched:
            self._check_before()
        self._done.steps.append(Step(kind, self._shift))
        if verdict.kind is Kind.REFUSE:
            token = new_token()
            self._done.refusals.append((token, ruling))
            own = doomed(token)
        self._done.text += own
        self._state.owe(verdict)
        self._owed |= verdict.kind in _STEP
        self._watched = verdict.kind is Kind.WATCH

    def _check_before(self) -> None:
        """Check what ran so far before the next statement's replies are due."""
        self._insert([self._witness(False)], [Step(StepKind.CHECK)], before=True)
        self._owed = self._watched = False

    def _settle(self, *, before: bool) -> None:
        """Check the transaction before it commits; inside a block, only what this text did."""
        state = self._state
        if not state.unsettled or state.failed:
            return
        if not before and state.explicit:
            if self._owed:
                self._insert([self._witness(False)], [Step(StepKind.CHECK)], before=False)
                self._owed = self._watched = False
            return
        ends = bool(before and state.explicit is not False)
        fired = StepKind.FIRED if state.watched else StepKind.HIDDEN
        steps = [
            Step(fired, ends_transaction=ends),
            Step(StepKind.CHECK, ends_transaction=ends),
        ]
        self._insert([FIRE_DEFERRED, self._witness(True)], steps, before=before)
        self._owed = self._watched = False

    def _insert(self, texts: list[bytes], steps: list[Step], *, before: bool) -> None:
        added = b"".join(t + b";" for t in texts) if before else b"".join(b"\n;" + t for t in texts)
        self._shift += len(added)
        self._done.text += added
        self._done.steps += steps


_STEP = {Kind.CAP: StepKind.CAPPED, Kind.WATCH: StepKind.WATCHED}
