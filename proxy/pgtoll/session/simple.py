"""The simple protocol: a Query is judged as a whole text, a FunctionCall without any."""

from collections.abc import Iterable

from pgtoll.session.conversation import Conversation
from pgtoll.session.effects import Ruling
from pgtoll.session.ending import settle_round
from pgtoll.session.identity import ruled
from pgtoll.session.mistakes import unknown
from pgtoll.session.observing import noted_before, observed_query
from pgtoll.session.progress import Waiting
from pgtoll.session.replies import StepKind
from pgtoll.session.resuming import judged_again
from pgtoll.session.rewrite import Rewriter
from pgtoll.session.settings import reads_the_same
from pgtoll.wire import messages
from pgtoll_policy.functions import LARGE_OBJECT_CALLS
from pgtoll_policy.spelling import mentions_ours, respelled
from pgtoll_policy.verdict import Kind

_DECLARES, _ANY_CURSOR = "declare cursor", b"DECLARE pgtoll CURSOR FOR SELECT"
UNSURE_SETTINGS = "client_encoding or standard_conforming_strings may have changed since the Sync"


class Simple:
    """Each handler takes one message and says True when it is done with, False when it waits.

    A handler that says False has changed nothing: it gets the same message again later.
    """

    def __init__(self, conversation: Conversation) -> None:
        self._c = conversation

    def query(self, data: bytes) -> bool:
        c = self._c
        if (not_now := self._not_now(data)) is not None:
            return not_now
        sets_ours = mentions_ours(data)
        if c.clear and not sets_ours and (c.muddled or not c.tx.unsettled):
            if c.judge.recording:
                c.ran(messages.read_query(data), ())
            return c.end_round(data, query=True)
        sql = messages.read_query(data)
        if sets_ours and (spelled := respelled(sql)) is not sql:
            sql, data = spelled, messages.query(spelled)
        if not reads_the_same(sql):
            if c.settings.in_flight:
                return c.wait(Waiting.IDLE)
            if c.settings.in_round:
                return self._unreadable(data, UNSURE_SETTINGS)
        rulings = ruled(c.judge, c.identity, sql, c.judge.rule(sql, c.doubt), c.doubt)
        if rulings is None:
            return c.learn(sql)
        if (rulings := judged_again(c, rulings)) is None:
            return False
        if rulings and rulings[0].rejected and rulings[0].noted:
            return self._unknown(data, sql, rulings[0])
        if any(r.rejected and r.verdict.kind is Kind.REFUSE for r in rulings):
            return self._parse_only(sql, rulings[0])
        if c.leftovers.stained and c.rounds:
            return c.wait(Waiting.IDLE)
        return c.stained_by(sql, rulings) or self._judged(data, sql, rulings)

    def long_query(self, data: bytes) -> bool:
        """A Query too large to be read: for those who lack nothing."""
        size = int.from_bytes(data[1:5], "big")
        return self._unread(data, f"its {size} bytes are more than is read of one statement")

    def function_call(self, data: bytes) -> bool:
        """The fast path runs code without a statement: for those who lack nothing.

        Rows need not be counted behind what puts none into a table, unless it commits those before.
        """
        c = self._c
        if (not_now := self._not_now(data)) is not None:
            return not_now
        large_object = messages.read_function(data) in LARGE_OBJECT_CALLS
        goes_on = c.tx.explicit is True or not c.tx.unsettled
        if not c.clear and large_object and goes_on and not c.judge.lacked:
            return c.end_round(data, query=True)
        return self._unread(data, "a FunctionCall runs code without a statement")

    def _not_now(self, data: bytes) -> bool | None:
        """Whether a message has to wait, or is to be dropped as the server would."""
        c = self._c
        if c.skipping:
            return c.skip(data)
        if c.sent and not c.muddled and (c.rounds or c.done < c.sent):
            return self._drain()
        return c.wait(Waiting.IDLE) if c.busy and not c.muddled else None

    def _drain(self) -> bool:
        """What was sent since the last Sync is answered first: the Query ends the same round."""
        c = self._c
        if c.rounds:
            return c.wait(Waiting.IDLE)
        c.to_server.append(messages.FLUSH)
        return c.wait(Waiting.DRAIN)

    def _judged(self, data: bytes, sql: bytes, rulings: tuple[Ruling, ...]) -> bool:
        c = self._c
        plain = not (c.tx.unsettled or c.behind or any(r.checked for r in rulings))
        plain &= not (any(r.first for r in rulings) and (c.tx.explicit or len(rulings) > 1))
        copies = any(r.statement.copies_in or (r.opaque and c.names.odd) for r in rulings)
        if c.rounds and (copies or not plain):
            return c.wait(Waiting.IDLE)
        if c.observes and not noted_before(c, rulings):
            return False
        c.checked_sql = sql
        c.note(rulings)
        c.ran(sql, rulings)
        for name, text in _prepared(sql, rulings):
            c.leftovers.resumed.prepared(name, text)
        c.copy_due = copies
        if plain:
            for ruling in rulings:
                c.runs(ruling)
            return c.end_round(data, query=True)
        if not rulings:
            return self._empty(data)
        if self._needs_block(rulings):
            return self._outside_block(sql, fickle=rulings[0].fickle)
        if c.observes:
            sent = observed_query(c, sql, rulings)
            return c.end_round(sent, query=sent != messages.SYNC)
        return c.end_round(self._rewritten(sql, rulings), query=True)

    def _empty(self, data: bytes) -> bool:
        """A text without a statement ends the round as a Sync does; it has a reply of its own.

        With a check in it the text would not be empty any more, and behind a check that fails the
        server would ignore a Query. So it goes in the extended protocol, in a Sync's round.
        """
        c = self._c
        if c.tx.failed:
            return c.end_round(data, query=True)
        if not c.begin_tracking():
            return c.wait(Waiting.IDLE)
        settle_round(c)
        for own, kind in (
            (messages.parse(b"", b""), StepKind.HIDDEN),
            (messages.bind(b"", b""), StepKind.HIDDEN),
            (messages.execute(b""), StepKind.CLIENT),
            (messages.close(b"S", b""), StepKind.HIDDEN),  # a Query leaves none behind
        ):
            c.ours(own, kind)
        c.replies.add(StepKind.SYNC)
        return c.end_round(messages.SYNC, query=False)

    def _needs_block(self, rulings: tuple[Ruling, ...]) -> bool:
        """Whether a text declares a cursor where there is no transaction for it to live in."""
        c, only = self._c, rulings[0]
        idle = c.idle and not c.tx.unsettled
        alone = len(rulings) == 1 and only.verdict.kind is Kind.ALLOW and not only.noted
        return idle and alone and only.statement.verb == _DECLARES and not only.statement.holds

    def _outside_block(self, sql: bytes, *, fickle: bool) -> bool:
        """Let the server say that a cursor needs a transaction, if it finds nothing else wrong.

        With a check behind it the text would be two statements, which the server runs as one
        transaction. So it is analysed in the extended protocol, and another one fails for it.
        """
        c = self._c
        if not c.begin_tracking():
            return c.wait(Waiting.IDLE)
        c.ours(messages.parse(b"", sql), StepKind.SILENT, fickle=fickle)
        for own, kind in (
            (messages.parse(b"", _ANY_CURSOR), StepKind.HIDDEN),
            (messages.bind(b"", b""), StepKind.HIDDEN),
            (messages.execute(b""), StepKind.CLIENT),
        ):
            c.ours(own, kind)
        c.replies.add(StepKind.SYNC)
        return c.end_round(messages.SYNC, query=False)

    def _unknown(self, data: bytes, sql: bytes, ruling: Ruling) -> bool:
        """Observe mode: a text that no grammar of ours knows is noted if it is SQL all the same."""
        c = self._c
        if c.rounds:
            return c.wait(Waiting.IDLE)
        c.note((ruling._replace(noted=None),))
        c.ran(sql, (ruling,))
        c.replies.begin_query()
        c.replies.add(StepKind.UNKNOWN, sql=sql, noted=ruling.noted)
        c.replies.add(StepKind.SYNC)
        return c.end_round(data, query=True)

    def _rewritten(self, sql: bytes, rulings: tuple[Ruling, ...]) -> bytes:
        c = self._c
        rewriter = Rewriter(
            sql,
            c.tx,
            c.witness,
            before_watch=c.before_watch,
            passed=c.runs,
            owed=c.due,
            analysed=c.analysed,
            guarded=c.names.odd,
        )
        done = rewriter.write(rulings)
        c.due = c.analysed = False
        c.replies.begin_query()
        c.replies.steps.extend(done.steps)
        c.replies.add(StepKind.SYNC)
        c.refusals.update((token.encode(), (sql, ruling)) for token, ruling in done.refusals)
        return messages.query(*done.parts)

    def _parse_only(self, sql: bytes, ruling: Ruling) -> bool:
        """Let the server say what is wrong with a text; should it find nothing, it is refused.

        The unnamed statement, which a Query drops as well, is not there in either case.
        """
        c = self._c
        if c.rounds:
            return c.wait(Waiting.IDLE)
        c.to_server += (messages.parse(b"", sql), messages.parse(b"", c.doom(ruling, sql)))
        c.checked_sql = sql
        for kind in (StepKind.REJECTED, StepKind.SILENT, StepKind.SYNC):
            rejected = kind is StepKind.REJECTED
            c.replies.add(kind, sql=sql, statement=unknown(sql) if rejected else None)
        return c.end_round(messages.SYNC, query=False)

    def _unread(self, data: bytes, reason: str) -> bool:
        c = self._c
        if (not_now := self._not_now(data)) is not None:
            return not_now
        if c.clear and not c.tx.unsettled:
            c.ran(b"", (), reason)
            return c.end_round(data, query=True)
        return self._unreadable(data, reason)

    def _unreadable(self, data: bytes, reason: str) -> bool:
        """Refuse what cannot be read, unless nothing is refused at all."""
        c = self._c
        ruling = c.judge.rule_unreadable(reason)
        if ruling.verdict.kind is Kind.REFUSE:
            c.dropping = True
            return c.end_round(messages.query(c.doom(ruling, b"")), query=True)
        c.note((ruling,))
        c.ran(b"", (ruling,), reason)
        return c.end_round(data, query=True)


def _prepared(sql: bytes, rulings: Iterable[Ruling]) -> Iterable[tuple[str, bytes]]:
    """The names that a text gives to queries by PREPARE, each with its own part of the text."""
    for ruling in rulings:
        statement = ruling.statement
        if statement.prepares is not None and ruling.verdict.kind is not Kind.REFUSE:
            yield statement.prepares, sql[statement.start : statement.end]
