"""Statements of ours are prepared, run and closed again, and leave room for the client's."""

from peers import ScriptedJudge, messages

from pgtoll.session.additions import CHECK, FIRE
from pgtoll.session.conversation import Conversation
from pgtoll.session.progress import Limits
from pgtoll.session.replies import StepKind


def types(data: list[bytes]) -> str:
    """The types of the messages of a client."""
    return " ".join(chr(one[0]) for one in messages(b"".join(data)))


def conversation() -> Conversation:
    c = Conversation(ScriptedJudge(demo=True), Limits())
    c.rounds.clear()  # authentication is over
    return c


def test_a_statement_of_ours_is_prepared_and_closed_again() -> None:
    c = conversation()
    c.inject(b"SELECT 1", StepKind.CHECK)
    assert types(c.to_server) == "P B E C C"
    assert [step.kind.name for step in c.replies.steps].count("CHECK") == 1
    assert c.sent == 5


def test_what_an_error_left_behind_is_closed_first() -> None:
    c = conversation()
    c.leftover = True
    c.inject(b"SELECT 1", StepKind.CHECK)
    left = [one[5:-1] for one in c.to_server[:3]]
    assert left == [b"P" + CHECK, b"S" + CHECK, b"S" + FIRE]
    c.inject(b"SELECT 1", StepKind.CHECK)
    assert types(c.to_server) == "C C C P B E C C P B E C C"


def test_a_check_is_guarded_in_a_block_that_execute_may_end() -> None:
    c = conversation()
    c.names.odd = c.tx.explicit = True
    c.check()
    assert b"SAVEPOINT pgtoll" in b"".join(c.to_server)
    c = conversation()
    c.names.odd = True
    c.check()
    assert b"SAVEPOINT" not in b"".join(c.to_server)
