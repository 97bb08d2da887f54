"""What the client sends: judged, then passed on, replaced, or held back until it can be judged."""

from collections import deque
from collections.abc import Callable

from pgtoll.errors import ProtocolViolation
from pgtoll.session.conversation import Conversation, Round, Waiting
from pgtoll.session.effects import Judged, Read, Ruling
from pgtoll.session.plans import Plan, Unread, plan_for
from pgtoll.session.replies import StepKind
from pgtoll.session.rewrite import (
    ENDS_TRANSACTION,
    ENDS_WITH_COMMIT,
    Rewriter,
    doomed,
    new_token,
)
from pgtoll.wire import messages
from pgtoll.wire.splitter import OPAQUE, REST, Piece
from pgtoll_policy.facts import Act
from pgtoll_policy.verdict import Kind

PASSED, WAIT = True, False  # what became of a piece

# Statements that may give a known name another meaning.
_RENAMES = frozenset({"prepare", "deallocate", "discard"})


class Requests:
    """The client's side of a conversation. Each handler takes one message and says PASSED or WAIT.

    A handler that says WAIT has changed nothing: it gets the same message again later.
    """

    def __init__(self, conversation: Conversation) -> None:
        self._c = conversation
        self.pending: deque[Piece] = deque()  # what waits, oldest first
        self._dropping = False  # the rest of an oversized message is not passed on
        self.clear = conversation.judge.clear
        self._lacked = conversation.judge.lacked
        self._handlers: dict[int, Callable[[bytes], bool]] = {
            OPAQUE: self._pass,
            REST: self._rest,
            ord("Q"): self._query,
            ord("P"): self._parse,
            ord("B"): self._bind,
            ord("E"): self._execute,
            ord("D"): self._describe,
            ord("C"): self._close,
            ord("S"): self._sync,
            ord("H"): self._flush,
            ord("F"): self._function_call,
            ord("c"): self._copy_end,
            ord("f"): self._copy_end,
            ord("X"): self._pass,
            ord("p"): self._password,
            -ord("Q"): self._long_query,
            -ord("P"): self._long_parse,
            -ord("B"): self._bind,
            -ord("F"): self._function_call,
            -ord("f"): self._copy_end,
        }

    def take(self, pieces: list[Piece]) -> None:
        """Take pieces in order, until one has to wait."""
        c = self._c
        if c.waiting is not Waiting.NO:
            self._queue(pieces)
            return
        clear = c.judge.clear
        if (lacked := c.judge.lacked) is not self._lacked:
            c.dirty |= not lacked <= self._lacked
            self._lacked = lacked
        if clear is not self.clear:
            self._standing_changed(clear)
        if c.dirty and c.idle:
            c.flush_statistics()
            self._queue(pieces)
            return
        for i, (kind, data) in enumerate(pieces):
            handler = self._handlers.get(kind)
            if handler is None:
                raise ProtocolViolation(f"message {chr(-kind)!r} of more than the allowed length")
            if kind < 0:
                self._dropping = False
            if kind in _STEPWISE and (c.skipping or self._busy()):
                passed = self._skip()
            else:
                passed = handler(data)
            if passed is WAIT:
                self.pending.extend(pieces[i:])
                return

    def _skip(self) -> bool:
        """Drop what the server would skip up to Sync; else wait until our own round is answered."""
        if self._c.skipping:
            self._dropping = True
            return PASSED
        return self._wait(Waiting.IDLE)

    def resume(self) -> None:
        """Take what waits, now that what it waited for has come."""
        self._c.waiting = Waiting.NO
        pieces = list(self.pending)
        self.pending.clear()
        self.take(pieces)

    def _queue(self, pieces: list[Piece]) -> None:
        """Hold messages back, but not the copy data of the round that is under way."""
        for piece in pieces:
            passes = _COPY_DATA if self._c.greeted else _PASSWORD
            if self._c.waiting is Waiting.IDLE and not self.pending and piece[0] in passes:
                self._handlers[piece[0]](piece[1])
            else:
                self.pending.append(piece)

    def _standing_changed(self, clear: bool) -> None:
        """From here on statements are read, or need not be any more."""
        c = self._c
        self.clear = clear
        if clear:
            return
        c.names.taint()  # nobody read what SQL did to the names
        if c.sent or c.rounds:
            c.tx.explicit = None
        if c.tx.explicit is not False:
            c.tx.unsettled = c.tx.watched = c.altered = c.surely_altered = True

    # Waiting

    def _wait(self, waiting: Waiting) -> bool:
        self._c.waiting = waiting
        return WAIT

    def _learn(self, sql: bytes) -> bool:
        self._c.effects.append(Read(sql))
        return self._wait(Waiting.FACTS)

    def _busy(self) -> bool:
        """Whether a round of ours is still being answered: what follows it waits."""
        return self._c.tracked and bool(self._c.rounds)

    # Simple protocol

    def _query(self, data: bytes) -> bool:
        c = self._c
        if (not_now := self._unsynced()) is not None:
            return not_now
        if self._busy():
            return self._wait(Waiting.IDLE)
        if self.clear and not c.tx.unsettled:
            return self._pass_query(data)
        sql = messages.read_query(data)
        rulings = c.judge.rule(sql, c.doubt)
        if rulings is None:
            return self._learn(sql)
        if any(r.rejected and r.verdict.kind is Kind.REFUSE for r in rulings):
            return self._parse_only(sql, rulings[0])
        plain = all(r.verdict.kind is Kind.ALLOW for r in rulings)
        if plain and not c.tx.unsettled:
            c.checked_sql = sql
            self._note(rulings)
            return self._pass_query(data)
        if c.rounds:
            return self._wait(Waiting.IDLE)
        c.checked_sql = sql
        self._note(rulings)
        return self._rewritten(sql, rulings)

    def _parse_only(self, sql: bytes, ruling: Ruling) -> bool:
        """Let the server say what is wrong with a text; should it find nothing, it is refused."""
        c = self._c
        if c.rounds:
            return self._wait(Waiting.IDLE)
        token, name = new_token().encode(), b""  # which a Query would take away as well
        c.names.parse(name, None)
        c.refusals[token] = (sql, ruling)
        c.to_server += (
            messages.parse(name, sql),
            messages.parse(b"pgtoll-refused", doomed(token.decode())),
            messages.SYNC,
        )
        for kind in (StepKind.SILENT, StepKind.SILENT, StepKind.SYNC):
            c.replies.add(kind)
        c.rounds.append(Round.SYNC)
        c.sent = 0
        return PASSED

    def _rewritten(self, sql: bytes, rulings: tuple[Ruling, ...]) -> bool:
        c = self._c
        done = Rewriter(sql, c.tx, c.witness).write(rulings)
        c.replies.begin_query()
        for step in done.steps:
            c.replies.steps.append(step)
        c.replies.add(StepKind.SYNC)
        c.refusals.update((token.encode(), (sql, ruling)) for token, ruling in done.refusals)
        return self._pass_query(messages.query(bytes(done.text)))

    def _pass_query(self, data: bytes) -> bool:
        self._c.rounds.append(Round.QUERY)
        self._c.sent = 0
        return self._pass(data)

    def _unsynced(self) -> bool | None:
        """A Query right behind extended messages without a Sync waits until they are answered."""
        c = self._c
        c.names.sync()
        if c.skipping:
            return PASSED  # the server would skip it
        if c.sent and (c.rounds or c.done < c.sent):
            if not c.rounds:
                c.to_server.append(messages.FLUSH)
            return self._wait(Waiting.IDLE if c.rounds else Waiting.DRAIN)
        return None

    def _long_query(self, data: bytes) -> bool:
        """A Query too large to be read: for those who lack nothing."""
        if (not_now := self._unsynced()) is not None:
            self._dropping = not_now
            return not_now
        if self._busy():
            return self._wait(Waiting.IDLE)
        if self.clear and not self._c.tx.unsettled:
            return self._pass_query(data)
        return self._doomed_query(self._oversized(data))

    def _function_call(self, data: bytes) -> bool:
        """The fast path runs code without a statement: for those who lack nothing."""
        if (not_now := self._unsynced()) is not None:
            self._dropping = not_now
            return not_now
        if self._busy():
            return self._wait(Waiting.IDLE)
        if self.clear and not self._c.tx.unsettled:
            return self._pass_query(data)
        return self._doomed_query(self._c.judge.rule_fast_path())

    def _doomed_query(self, ruling: Ruling) -> bool:
        token = new_token().encode()
        self._c.refusals[token] = (b"", ruling)
        self._dropping = True
        return self._pass_query(messages.query(doomed(token.decode())))

    def _oversized(self, data: bytes) -> Ruling:
        size = int.from_bytes(data[1:5], "big")
        ruling = self._c.judge.rule_unseen("")
        return ruling._replace(verdict=self._c.judge.oversized(size))

    # Extended protocol

    def _parse(self, data: bytes) -> bool:
        c = self._c
        name, sql = messages.read_parse(data)
        if not self.clear:
            rulings = c.judge.rule(sql, c.doubt)
            if rulings is None:
                return self._learn(sql)
            for ruling in rulings:
                if ruling.verdict.kind is Kind.REFUSE:
                    if ruling.rejected:  # let the server say what is wrong with it
                        c.names.parse(name, None)
                        self._step(data)
                    return self._substitute(ruling, sql)
        c.names.parse(name, sql)
        return self._step(data)

    def _long_parse(self, data: bytes) -> bool:
        c = self._c
        name, end, _ = data[5:].partition(b"\0")
        if not end:
            raise ProtocolViolation("Parse with a name of more than the allowed length")
        if not self.clear:
            return self._substitute(self._oversized(data), b"")
        c.names.parse(name, None)
        return self._step(data)

    def _bind(self, data: bytes) -> bool:
        c = self._c
        portal, statement = messages.read_bind(data)
        kind = StepKind.CLIENT
        if not self.clear:
            plan = plan_for(c, c.names.statement(statement), "")
            if isinstance(plan, Unread):
                return self._learn(plan.sql)
            if plan.verdict.kind is Kind.REFUSE:
                return self._substitute(plan.ruling, plan.sql)
            if plan.verdict.kind is Kind.WATCH:
                kind = StepKind.BOUND
                if not c.begin_tracking():
                    return self._wait(Waiting.IDLE)
        c.names.bind(portal, statement)
        return self._step(data, kind)

    def _execute(self, data: bytes) -> bool:
        c = self._c
        if self.clear and not c.tx.unsettled:
            c.tx.explicit, c.acted = None, True
            return self._step(data)
        portal = messages.read_execute(data)
        doubt = "SQL may have opened a cursor under this portal's name" if portal else ""
        plan = plan_for(c, c.names.portal(portal), doubt)
        if isinstance(plan, Unread):
            return self._learn(plan.sql)
        if plan.verdict.kind is Kind.REFUSE:
            return self._substitute(plan.ruling, plan.sql)
        return self._run(data, plan)

    def _run(self, data: bytes, plan: Plan) -> bool:
        """Pass an Execute on, with the checks that its verdict asks for."""
        c = self._c
        verdict = plan.verdict
        checked = verdict.kind is not Kind.ALLOW
        commits = c.tx.unsettled and not c.tx.failed and plan.act in ENDS_WITH_COMMIT
        leaves = c.due and plan.act in (*ENDS_TRANSACTION, Act.ROLLBACK_TO)
        if (checked or commits or leaves) and not c.begin_tracking():
            return self._wait(Waiting.IDLE)
        if commits:
            c.settle()
        elif leaves and c.tx.watched:
            c.check()
        if checked and plan.may_commit and c.tx.explicit is not True:
            self._open_block()
        c.acted |= plan.act is not None
        c.tx.apply(plan.act)
        c.tx.owe(verdict)
        c.checked_sql = plan.sql
        self._note((plan.ruling,))
        self._step(data, _STEPS[verdict.kind])
        c.copying = plan.copies_in and checked
        c.due |= checked
        if verdict.kind is Kind.WATCH and not c.copying:
            c.check()
        return PASSED

    def _open_block(self) -> None:
        """Keep a procedure from committing what is not checked yet."""
        self._c.inject(b"BEGIN", StepKind.HIDDEN)
        self._c.tx.explicit = True
        self._c.hidden_block = self._c.acted = True

    def _describe(self, data: bytes) -> bool:
        messages.read_target(data)
        return self._step(data)

    def _close(self, data: bytes) -> bool:
        self._c.names.close(*messages.read_target(data))
        return self._step(data)

    def _sync(self, data: bytes) -> bool:
        c = self._c
        c.names.sync()
        if c.copying:
            c.replies.add(StepKind.LOOSE)
            return self._pass(data)
        if c.copy_in:
            return self._pass(data)
        if self._busy():
            return self._wait(Waiting.IDLE)
        if c.tx.unsettled and not (c.tx.failed or c.skipping):
            if not c.begin_tracking():
                return self._wait(Waiting.IDLE)
            self._settle_at_sync()
        if c.tracked:
            c.replies.add(StepKind.SYNC)
        c.syncs_after_copy += c.copy_ended
        c.rounds.append(Round.SYNC)
        c.sent = 0
        c.skipping = c.acted = False
        return self._pass(data)

    def _settle_at_sync(self) -> None:
        """A Sync commits, unless a transaction block is open."""
        c = self._c
        if c.hidden_block:
            c.settle()
            c.inject(b"COMMIT", StepKind.HIDDEN)
            c.tx.explicit = False
        elif c.tx.explicit is not True:
            c.settle()
        elif c.due:
            c.check()

    def _flush(self, data: bytes) -> bool:
        c = self._c
        if self._busy():
            return self._wait(Waiting.IDLE)
        if c.due and not c.copying:
            c.check()
        return self._pass(data)

    def _copy_end(self, data: bytes) -> bool:
        c = self._c
        c.copying = c.copy_in = False
        c.copy_ended = True
        c.syncs_after_copy = 0
        return self._pass(data)

    def _password(self, data: bytes) -> bool:
        if self._c.greeted:
            raise ProtocolViolation("a password message after authentication")
        return self._pass(data)

    # Passing on

    def _pass(self, data: bytes) -> bool:
        self._c.to_server.append(data)
        return PASSED

    def _rest(self, data: bytes) -> bool:
        return PASSED if self._dropping else self._pass(data)

    def _step(self, data: bytes, kind: StepKind = StepKind.CLIENT) -> bool:
        self._c.to_server.append(data)
        self._c.track(kind)
        return PASSED

    def _substitute(self, ruling: Ruling, sql: bytes) -> bool:
        """Put a statement that is sure to fail in the place of the refused message."""
        token = new_token().encode()
        self._c.refusals[token] = (sql, ruling)
        self._dropping = True
        return self._step(messages.parse(b"pgtoll-refused", doomed(token.decode())))

    def _note(self, rulings: tuple[Ruling, ...]) -> None:
        """Remember what these statements may change of what later ones are judged by."""
        c = self._c
        for ruling in rulings:
            statement = ruling.statement
            c.altered |= statement.ddl or ruling.opaque
            c.surely_altered |= statement.ddl or (
                ruling.opaque and ruling.verdict.kind is Kind.ALLOW
            )
            if ruling.opaque or statement.verb in _RENAMES:
                c.names.taint()
            if ruling.noted:
                c.effects.append(Judged(c.checked_sql, ruling.noted))


_PASSWORD = (ord("p"), ord("X"))
# The messages of the extended protocol that are answered one by one, oversized ones included.
_STEPWISE = frozenset([*b"PBEDC", *(-kind for kind in b"PB")])
_COPY_DATA = (OPAQUE, ord("c"), ord("f"))
_STEPS = {
    Kind.ALLOW: StepKind.CLIENT,
    Kind.CAP: StepKind.CAPPED,
    Kind.WATCH: StepKind.WATCHED,
}
