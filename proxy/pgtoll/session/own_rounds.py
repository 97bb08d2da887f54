"""Rounds that are all ours: what the server is asked to do between two of the client's.

Statements that clear away what a refused one has left, the question whom a session names, and what
is noted before what runs unread while nothing is refused.
"""

from pgtoll.session.conversation import Conversation
from pgtoll.session.identity import ASK_USER, MOST_QUESTIONS
from pgtoll.session.progress import Waiting
from pgtoll.session.replies import StepKind
from pgtoll.session.rounds import SYNC_ROUND
from pgtoll.wire.messages import FLUSH, SYNC, error_response

# Outside a transaction there are no cursors but those that outlived theirs.
CLOSE_HELD = b"CLOSE ALL"
# An error undoes neither what was prepared meanwhile, nor the seed of random numbers, nor what the
# session keeps of plans, domains, indexes and partitions with the results in it of functions that
# count as immutable: each may hold what was read. Statements of the client's own Parses stay, and
# those that it has prepared by SQL, as long as nothing unread can have prepared or dropped any.
CLEAR_PLANS = b"DISCARD PLANS"
# This one writes, and undoes that: before anything else, where transactions are read-only.
READ_WRITE = b"SET TRANSACTION READ WRITE"
CLEAR_CODE = b"SELECT pgtoll.forget()"
CLEAR_PREPARED = b"""DO $$ DECLARE one pg_catalog.text; BEGIN
FOR one IN SELECT name FROM pg_catalog.pg_prepared_statement() WHERE from_sql LOOP
EXECUTE pg_catalog.format('DEALLOCATE %I', one); END LOOP; END $$"""
SOW = b"""SELECT pg_catalog.setseed(
pg_catalog.hashtext(pg_catalog.gen_random_uuid()::pg_catalog.text)
OPERATOR(pg_catalog./) 2147483648.0)"""
# In its place goes the question whether names of parameters are left that nothing clears away.
COMPARE = b"SELECT pgtoll.settings_held"
# Pending counters reach the shared statistics when the session next is idle, and begin anew.
FLUSH_STATISTICS = b"SELECT pg_catalog.pg_stat_force_next_flush()"
NOTHING_TO_FLUSH = b"SELECT"  # where no server function does: a round goes by all the same
# A cancellation, or a time limit of the client's, may hit our own statements.
MOST_CLEARINGS = 3


def flush_statistics(c: Conversation) -> None:
    """Have the server's counters begin at zero, so that a check sees only what follows.

    What a license has allowed that holds no more is not to be fetched later, either, nor what was
    read by a statement that was undone.
    """
    c.dirty = False
    c.clearings += 1
    for due, sql in (
        (c.unclean and c.settings.read_only and not c.settings.standby, READ_WRITE),
        (c.outlived, CLOSE_HELD),
        (c.remains and c.leftovers.suspect, COMPARE),
        (c.unclean, CLEAR_PLANS),
        (c.unclean, CLEAR_CODE),
        (c.remains and c.leftovers.resumed.telling, CLEAR_PREPARED),
        (c.remains, SOW),
    ):
        if due and sql is COMPARE:
            steady = c.judge.still_steady(c.leftovers.mark)
            c.inject(c.leftovers.compare(steady), StepKind.MEASURED)
        elif due:
            c.inject(sql, StepKind.HIDDEN)
    _hidden_round(c, c.judge.put_away, StepKind.MUTE)
    c.waiting = Waiting.IDLE


def cleared(c: Conversation) -> None:
    """The server has done all that `flush_statistics` asks for."""
    c.leftovers.resumed.telling &= not c.remains
    c.outlived = c.remains = False
    c.clearings = 0


def ask_user(c: Conversation) -> None:
    """Have the server say whom the session names, in a round of our own or in the client's."""
    if c.sent:
        c.inject(ASK_USER, StepKind.ASKED)
        c.to_server.append(FLUSH)
        c.waiting = Waiting.DRAIN
        return
    c.identity.asking = True
    _hidden_round(c, ASK_USER, StepKind.MUTE, StepKind.ASKED)
    c.waiting = Waiting.IDLE


def identified(c: Conversation, name: bytes | None) -> None:
    """The server has said whom the session names."""
    user = c.judge.name_of(name or b"")
    c.judge.identify(user)
    c.identity.answered(user, idle=c.tx.explicit is False and c.identity.asking)


def unidentified(c: Conversation) -> None:
    """The server could not say; it is asked again, but not without end."""
    c.identity.asking = False
    if c.tx.failed:
        return
    c.identity.unanswered += 1
    if c.identity.unanswered >= MOST_QUESTIONS:
        text = "the server does not say whose licenses count"
        fields = {"C": "57P01", "M": f"terminating connection: {text}"}
        c.to_client.append(error_response(fields, "FATAL"))
        c.closing = text


def note_ahead(c: Conversation) -> bool:
    """Observe mode: note counts before a statement that has to be the first in its transaction.

    False when that waits for it; without anything to note it does not.
    """
    c.ahead = True
    if not (text := c.judge.note(c.mark, ahead=True)):
        return True
    _hidden_round(c, text, StepKind.MUTE)
    return c.wait(Waiting.IDLE)


def end_block(c: Conversation) -> None:
    """End, on our own, a transaction block that a failed check has left behind."""
    c.roll_back = False
    _hidden_round(c, b"ROLLBACK", StepKind.SYNC)


def _hidden_round(
    c: Conversation, sql: bytes, end: StepKind, kind: StepKind = StepKind.HIDDEN
) -> None:
    """Run a statement of ours while nothing is in flight; no Query: that drops the unnamed."""
    c.inject(sql, kind)
    c.replies.add(end)
    c.to_server.append(SYNC)
    c.rounds.append(SYNC_ROUND)
    c.sent = 0
