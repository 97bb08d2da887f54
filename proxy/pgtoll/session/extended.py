"""The extended protocol: statements are judged when they are prepared, bound and executed."""

from pgtoll.errors import ProtocolViolation
from pgtoll.session.additions import UNREAD
from pgtoll.session.conversation import Conversation
from pgtoll.session.effects import Ruling
from pgtoll.session.ending import settle_round
from pgtoll.session.mistakes import unknown
from pgtoll.session.names import Meanings
from pgtoll.session.observing import may_run, note_before
from pgtoll.session.plans import Plan, plan_for, plan_for_parse
from pgtoll.session.progress import Waiting
from pgtoll.session.repeats import Repeats
from pgtoll.session.replies import Step, StepKind
from pgtoll.session.settings import reads_the_same
from pgtoll.session.simple import UNSURE_SETTINGS
from pgtoll.session.transaction import ENDS_TRANSACTION, ENDS_WITH_COMMIT
from pgtoll.wire import messages
from pgtoll_policy.facts import Act
from pgtoll_policy.lexer import may_hold_strings
from pgtoll_policy.spelling import mentions_ours, respelled
from pgtoll_policy.unread import UNSEEN
from pgtoll_policy.verdict import Kind

_STEPS = {
    Kind.ALLOW: StepKind.CLIENT,
    Kind.CAP: StepKind.CAPPED,
    Kind.WATCH: StepKind.WATCHED,
}
# In observe mode, where nothing is held.
_OBSERVED_STEPS = {
    Kind.ALLOW: StepKind.CLIENT,
    Kind.CAP: StepKind.CLIENT,
    Kind.WATCH: StepKind.WOULD_WATCH,
}
_PASSED = Step(StepKind.CLIENT)
_CURSOR = "SQL may have opened a cursor under this portal's name"


class Extended:
    """Each handler takes one message and says True when it is done with, False when it waits.

    A handler that says False has changed nothing: it gets the same message again later.
    """

    def __init__(self, conversation: Conversation) -> None:
        self._c = conversation
        self.repeats: Repeats | None = None  # where the client's bytes may say much again

    def parse(self, data: bytes) -> bool:
        c = self._c
        name, sql = messages.read_parse(data)
        sets_ours = mentions_ours(data)
        if c.clear and not sets_ours:
            return self._prepared(data, name, sql, ())
        if sets_ours and (spelled := respelled(sql)) is not sql:
            sql, data = spelled, messages.with_text(data, spelled)
        if not reads_the_same(sql):
            if c.settings.in_flight:
                return c.wait(Waiting.IDLE)
            if c.settings.in_round:
                return self._unread(data, name, UNSURE_SETTINGS)
        rulings = c.judge.rule(sql, c.doubt)
        if rulings is None:
            return c.learn(sql)
        if c.observes and not may_run(c, rulings):
            return False
        for ruling in rulings:
            if ruling.verdict.kind is Kind.REFUSE:
                return self._refused(name, sql, ruling)
            if ruling.noted and ruling.rejected:
                return self._unknown(data, name, sql, ruling)
            if not c.ignores:
                c.record_noted(ruling, sql)
        self._check_analysed()
        if may_hold_strings(sql):
            passed = self._analysed(data, name, sql, rulings)
        else:
            passed = self._prepared(data, name, sql, rulings)
        if self.repeats is not None and passed and not (name or c.closing):
            plan = plan_for_parse(c, sql, rulings, _types(data, name, sql))
            self.repeats.parse(c, data, plan)
        return passed

    def long_parse(self, data: bytes) -> bool:
        """A Parse too large to be read: for those who lack nothing."""
        c = self._c
        name, end, _ = data[5:].partition(b"\0")
        if not end:
            raise ProtocolViolation("Parse with a name of more than the allowed length")
        if c.clear:
            return self._prepared(data, name, None, ())
        size = int.from_bytes(data[1:5], "big")
        return self._unread(data, name, f"its {size} bytes are more than is read of one statement")

    def bind(self, data: bytes) -> bool:
        c = self._c
        portal, name = messages.read_bind(data)
        step, plan = _PASSED, None  # type: Step, Plan | None
        if c.clear:
            if c.judge.recording and not self._follows(c.names.statements, name):
                return c.wait(Waiting.IDLE)
        else:
            if not c.names.statements.certain(name):
                return c.wait(Waiting.IDLE)
            plan = plan_for(c, c.names.statement(name), "")
            if plan is None:
                return False
            if plan.verdict.kind is Kind.REFUSE:
                return self._substitute(plan.ruling, plan.sql)
            if c.observes and not may_run(c, (plan.ruling,)):
                return False
            if c.stained_by(plan.sql, [plan.ruling]):
                return True
            if (ready := self._ready_for(plan)) is None:
                return c.wait(Waiting.IDLE)
            step = ready
        c.names.bind(portal, name, c.sent, converted=c.settings.converts)
        c.step(data, step.kind, fickle=step.fickle, statement=step.statement)
        if self.repeats is not None and plan is not None and not portal:
            self.repeats.bind(c, name, plan)
        return True

    def execute(self, data: bytes) -> bool:
        c = self._c
        if c.clear and not c.tx.unsettled:
            if c.judge.recording and not self._told(data):
                return c.wait(Waiting.IDLE)
            c.tx.lose_sight()
            c.acted = True
            return c.step(data)
        portal = messages.read_execute(data)
        if not c.names.portals.certain(portal):
            return c.wait(Waiting.IDLE)
        plan = plan_for(c, c.names.portal(portal), _CURSOR if portal else "")
        if plan is None:
            return False
        if plan.verdict.kind is Kind.REFUSE:
            return self._substitute(plan.ruling, plan.sql)
        if c.stained_by(plan.sql, [plan.ruling]):
            return True
        if (ran := self._run(data, plan)) and self.repeats is not None and not portal:
            self.repeats.execute(c, plan)
        return ran

    def _told(self, data: bytes) -> bool:
        """Say what runs where nothing is judged; False while a name may stand for something else
        by the time that the server gets here."""
        c, portal = self._c, messages.read_execute(data)
        if not self._follows(c.names.portals, portal):
            return False
        prepared = c.names.portal(portal)
        known = prepared is not None and prepared.sql is not None
        c.ran((prepared and prepared.sql) or b"", (), "" if known else UNSEEN.opaque)
        return True

    def _follows(self, kind: Meanings, name: bytes) -> bool:
        c = self._c
        return kind.certain(name) or c.muddled or not c.rounds

    def describe(self, data: bytes) -> bool:
        """The server may analyse a statement anew that it describes; a portal's plan is there."""
        c = self._c
        if c.clear or data[5:6] != b"S":
            if self.repeats is not None and data[5:6] == b"P":
                self.repeats.describe()
            return c.step(data)
        _, name = messages.read_target(data)
        if not c.names.statements.certain(name):
            return c.wait(Waiting.IDLE)
        prepared = c.names.statement(name)
        if prepared and prepared.era in (None, c.names.era) and _is_bare(prepared.sql):
            return c.step(data)
        plan = plan_for(c, prepared, "")
        if plan is None:
            return False
        if plan.verdict.kind is Kind.REFUSE:
            return self._substitute(plan.ruling, plan.sql)
        if c.observes and not may_run(c, (plan.ruling,)):
            return False
        if c.stained_by(plan.sql, [plan.ruling]):
            return True
        if (step := self._ready_for(plan)) is None:
            return c.wait(Waiting.IDLE)
        return c.step(data, step.kind, fickle=step.fickle, statement=step.statement)

    def close(self, data: bytes) -> bool:
        c = self._c
        if data[5:6] in (b"S", b"P"):  # nothing else can be closed: the server says so
            kind, name = messages.read_target(data)
            c.names.close(kind, name, c.sent, converted=c.settings.converts)
        return c.step(data)

    def sync(self, data: bytes) -> bool:
        c = self._c
        if c.copy_in:
            return self._sync_while_copying(data)
        if c.busy:
            return c.wait(Waiting.IDLE)
        unsettled = c.tx.unsettled or c.behind
        if unsettled and not (c.tx.failed or c.skipping) and self._counts_at_sync:
            if not c.begin_tracking():
                return c.wait(Waiting.IDLE)
            settle_round(c)
        if c.tracked:
            c.replies.add(StepKind.SYNC)
        return c.end_round(data, query=False)

    @property
    def _counts_at_sync(self) -> bool:
        """Whether a Sync may commit what is not licensed.

        What ran while it was licensed has been answered: an error now would stand for nothing that
        the client asked for. But rows are counted, whenever they were inserted.
        """
        return self._c.tx.judged or self._c.judge.caps

    def flush(self, data: bytes) -> bool:
        c = self._c
        if c.busy:
            return c.wait(Waiting.IDLE)
        if c.due and not (c.copy_in or c.skipping or c.tx.failed):
            if not c.begin_tracking():
                return c.wait(Waiting.IDLE)
            c.check()
        c.to_server.append(data)
        return True

    def _sync_while_copying(self, data: bytes) -> bool:
        """The server ignores this Sync, unless it has failed and we have not heard of it yet."""
        c = self._c
        if c.clear and not c.tracked:
            c.syncs_ignored = True
            c.to_server.append(data)
        else:
            c.sync_kept = True
        return True

    # Parse

    def _prepared(
        self,
        data: bytes,
        name: bytes,
        sql: bytes | None,
        rulings: tuple[Ruling, ...],
        step: Step = _PASSED,
    ) -> bool:
        c = self._c
        c.leftovers.resumed.lost |= bool(name)  # which SQL shares
        if name and not c.names.odd:
            c.names.odd = not rulings or any(map(_is_odd, rulings))
        fixed = sql is None or reads_the_same(sql)
        settings = None if fixed else c.settings.reports
        types = () if sql is None else _types(data, name, sql)
        converted = c.settings.converts
        c.names.parse(name, sql, c.sent, settings=settings, types=types, converted=converted)
        return c.step(data, step.kind, fickle=step.fickle, statement=step.statement)

    def _analysed(self, data: bytes, name: bytes, sql: bytes, rulings: tuple[Ruling, ...]) -> bool:
        """Pass a Parse on that may run code."""
        c = self._c
        plan = plan_for_parse(c, sql, rulings, _types(data, name, sql))
        if c.stained_by(plan.sql, [plan.ruling]):
            return True
        if (step := self._ready_for(plan)) is None:
            return c.wait(Waiting.IDLE)
        return self._prepared(data, name, sql, rulings, step)

    def _unread(self, data: bytes, name: bytes, reason: str) -> bool:
        """Refuse what cannot be read, unless nothing is refused at all."""
        ruling = self._c.judge.rule_unreadable(reason)
        if ruling.verdict.kind is Kind.REFUSE:
            return self._substitute(ruling, b"", name)
        self._c.note((ruling,))
        return self._prepared(data, name, None, (ruling,))

    def _refused(self, name: bytes, sql: bytes, ruling: Ruling) -> bool:
        """Refuse a Parse, or let the server say what is wrong with a text of unknown grammar."""
        c = self._c
        if not ruling.rejected:
            return self._substitute(ruling, sql, name)
        if not c.begin_tracking():
            return c.wait(Waiting.IDLE)
        unread = UNREAD if name else b""  # the unnamed one is dropped in any case
        c.ours(messages.close(b"S", unread), StepKind.HIDDEN)  # it stays when it passes
        c.checked_sql = sql
        rejected = StepKind.REJECTED
        c.ours(messages.parse(unread, sql), rejected, statement=unknown(sql))
        return self._substitute(ruling, sql, name)

    def _unknown(self, data: bytes, name: bytes, sql: bytes, ruling: Ruling) -> bool:
        """Observe mode: a text that no grammar of ours knows is noted if it is SQL all the same."""
        c = self._c
        if not c.begin_tracking():
            return c.wait(Waiting.IDLE)
        self._prepared(data, name, sql, (ruling,))
        c.replies.steps[-1] = Step(StepKind.UNKNOWN, sql=sql, noted=ruling.noted)
        return True

    def _substitute(self, ruling: Ruling, sql: bytes, name: bytes | None = None) -> bool:
        c = self._c
        c.dropping = True
        return c.substitute(ruling, sql) if name is None else c.substitute(ruling, sql, name)

    # What analyses or plans

    def _ready_for(self, plan: Plan) -> Step | None:
        """How a message goes behind which the server analyses a statement, which makes values of
        its constants, or plans it, which may run functions that count as immutable; None: not yet.
        """
        c, ruling = self._c, plan.ruling
        watched = plan.verdict.kind is Kind.WATCH
        if not watched:
            self._check_analysed()
        if (watched or ruling.fickle) and not c.begin_tracking():
            return None
        if watched:
            self._note_counts(plan)
        self._planned(plan)
        c.analysed |= watched and not c.observes
        kind = StepKind.WOULD_WATCH if c.observes else StepKind.BOUND
        kind = kind if watched else StepKind.CLIENT
        return Step(kind, fickle=ruling.fickle, statement=plan.statement)

    def _check_analysed(self) -> None:
        """Check what was analysed unread before another statement, which could tell what its code
        has read: by a setting, say."""
        c = self._c
        if c.analysed and not (c.tx.failed or c.skipping):
            c.check()

    def _planned(self, plan: Plan) -> None:
        c = self._c
        c.tx.owe(plan.verdict, fickle=plan.ruling.fickle, defers=plan.ruling.defers)
        c.tx.sureties.note(plan.ruling)
        if not c.ignores:
            c.leftovers.note_planned(plan.ruling, c.mark)
        c.checked_sql = plan.sql
        if c.observes and not c.ignores:
            c.record_noted(plan.ruling, plan.sql)
        c.due |= plan.ruling.checked

    # Execute

    def _run(self, data: bytes, plan: Plan) -> bool:
        """Pass an Execute on, with the checks that its verdict asks for."""
        c = self._c
        tx, verdict = c.tx, plan.verdict
        checked, fickle = plan.ruling.checked, plan.ruling.fickle
        commits = tx.unsettled and not tx.failed and plan.act in ENDS_WITH_COMMIT
        leaves = c.due and plan.act in (*ENDS_TRANSACTION, Act.ROLLBACK_TO)
        may_commit = plan.may_commit and (checked or tx.unsettled) and tx.explicit is not True
        may_commit &= not c.observes
        if may_commit and tx.explicit is None:
            return self._substitute(c.judge.rule_unreadable(_UNSURE_BLOCK), plan.sql)
        first = plan.ruling.first if tx.explicit and not tx.failed else b""
        if (checked or commits or leaves or plan.copies_in or first) and not c.begin_tracking():
            return c.wait(Waiting.IDLE)
        if commits:
            c.settle()
        elif not tx.failed and self._held_before(plan, leaves=leaves):
            c.check()
        elif verdict.kind is not Kind.WATCH:
            self._check_analysed()
        if may_commit:
            self._open_block()
        if verdict.kind is Kind.WATCH:
            self._note_counts(plan)
        if first:
            c.inject(first, StepKind.HIDDEN)
        c.ran(plan.sql, (plan.ruling,))
        self._follow(plan)
        if c.observes and plan.ruling.opaque and not plan.ruling.statement.verb:
            tx.lose_sight()  # nobody has read it: it may begin or end anything
            c.acted = True
        ended = c.observes and plan.act in ENDS_TRANSACTION  # that is looked back at
        if not ended:
            tx.owe(verdict, fickle=fickle, defers=plan.ruling.defers)
        c.behind |= c.observes and tx.fires and (commits or (plan.may_commit and verdict.cap))
        c.checked_sql = plan.sql
        c.note((plan.ruling,))
        if plan.prepares is not None:
            c.leftovers.resumed.prepared(plan.prepares, plan.sql)
        fickle |= c.observes and commits and tx.fickle
        c.runs(plan.ruling)
        kind = (_OBSERVED_STEPS if c.observes else _STEPS)[verdict.kind]
        c.step(data, kind, fickle=fickle, statement=plan.statement)
        c.due |= checked and not ended
        if plan.copies_in:
            c.copy_due = True
            c.late = verdict.kind is Kind.WATCH
            c.to_server.append(messages.FLUSH)  # if it is no COPY, its end is not long in coming
        elif verdict.kind is Kind.WATCH:
            c.check()
        return True

    def _held_before(self, plan: Plan, *, leaves: bool) -> bool:
        """Whether replies may be held that have to go before this statement runs: it undoes what a
        check would look at, or waits for the client to send data."""
        tx = self._c.tx
        if leaves:
            return tx.watched or tx.fickle
        return tx.fickle and plan.copies_in and self._c.due and not self._c.observes

    def _follow(self, plan: Plan) -> None:
        c, act = self._c, plan.act
        decides = act is Act.BEGIN or act in ENDS_TRANSACTION
        c.acted |= decides
        c.rewound |= act is Act.ROLLBACK_TO
        if c.hidden_block is not None and decides:
            c.hidden_before.append(range(c.hidden_block, c.sent + 1))
            c.hidden_block = None  # it is the client's own now, or over
        c.tx.apply(act, chains=plan.chains)

    def _note_counts(self, plan: Plan) -> None:
        c = self._c
        if c.observes:
            note_before(c, plan.ruling, may_commit=plan.may_commit)
        elif plan.ruling.hides and not c.tx.failed:
            c.note_counts()

    def _open_block(self) -> None:
        """Keep a procedure from committing what is not checked yet."""
        c = self._c
        c.inject(b"BEGIN", StepKind.HIDDEN)
        c.hidden_block = c.sent
        c.tx.explicit = c.acted = True


_UNSURE_BLOCK = "it may commit, and whether it would run in a transaction block is not known"


def _is_odd(ruling: Ruling) -> bool:
    """Whether a statement is more than a query, for SQL's EXECUTE may run it as well."""
    statement = ruling.statement
    return bool(statement.act or statement.copies_in or statement.may_commit or not statement.verb)


def _types(data: bytes, name: bytes, sql: bytes) -> tuple[int, ...]:
    """The types, none of PostgreSQL's own, that a Parse with this name and text declares."""
    return messages.read_types(data, len(name) + len(sql) + 7)


def _is_bare(sql: bytes | None) -> bool:
    """Whether nothing is made a value when the server analyses a text anew."""
    return sql is not None and not may_hold_strings(sql)
