"""Rounds and steps are counted, and what the server ignores is known."""

from peers import ScriptedJudge, extended

from pgtoll.session.conversation import Conversation
from pgtoll.session.progress import Limits
from pgtoll.session.replies import StepKind
from pgtoll.session.rounds import QUERY_ROUND
from pgtoll.wire.messages import SYNC


def conversation() -> Conversation:
    c = Conversation(ScriptedJudge(demo=True), Limits())
    c.rounds.clear()  # authentication is over
    return c


def test_messages_are_followed_from_the_first_that_is_not_answered() -> None:
    c = conversation()
    c.step(b"one")
    c.step(b"two")
    c.done = 1
    assert c.begin_tracking()
    c.step(b"three", StepKind.CAPPED)
    assert [step.kind for step in c.replies.steps] == [StepKind.CLIENT, StepKind.CAPPED]


def test_a_round_is_not_followed_while_older_ones_are_in_flight() -> None:
    c = conversation()
    c.end_round(SYNC, query=False)
    assert not c.begin_tracking()
    c.rounds.clear()
    assert c.begin_tracking()
    assert not c.busy
    c.end_round(SYNC, query=False)
    assert c.busy


def test_syncs_that_a_copy_ignores_are_taken_back() -> None:
    c = conversation()
    c.rounds.append(QUERY_ROUND)
    c.names.parse(b"a", b"one", 0)
    c.step(b"P")
    c.end_round(SYNC, query=False)
    c.ignore_syncs()
    assert list(c.rounds) == [QUERY_ROUND]
    assert c.sent == 1
    assert c.syncs_ignored
    assert c.names.statements.certain(b"a")


def test_an_error_inside_our_own_block_is_told_from_one_outside() -> None:
    c = conversation()
    assert not c.in_hidden_block(3)
    c.hidden_block = 5
    assert [c.in_hidden_block(at) for at in (4, 5, 9)] == [False, True, True]
    c.hidden_block = None
    c.hidden_before.append(range(5, 8))
    assert [c.in_hidden_block(at) for at in (4, 7, 8)] == [False, True, False]


def test_a_skipped_message_is_passed_on_only_for_those_who_lack_nothing() -> None:
    c = conversation()
    c.skip(extended(b"BEGIN"))
    assert (c.to_server, c.dropping) == ([], True)
    c.clear = True
    c.skip(b"data")
    assert (c.to_server, c.dropping) == ([b"data"], False)
