"""Rounds and steps are counted, and nothing is written behind the end."""

from peers import ScriptedJudge, extended, messages, refusal

from pgtoll.session import Close, Judged, Peer, Write
from pgtoll.session.conversation import (
    CHECK,
    FIRE,
    QUERY_ROUND,
    Conversation,
    Limits,
)
from pgtoll.session.replies import StepKind
from pgtoll.wire.messages import SYNC, error_response, read_fields


def types(data: list[bytes]) -> str:
    """The types of the messages of a client."""
    return " ".join(chr(one[0]) for one in messages(b"".join(data)))


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


def test_the_client_gets_what_was_written_before_the_end_and_the_server_nothing() -> None:
    c = conversation()
    c.to_server.append(b"too late")
    c.refuse(b"SELECT", refusal())
    c.closing = "enough"
    judged, written, end = c.take_effects()
    assert isinstance(judged, Judged)
    assert isinstance(written, Write)
    assert written.to is Peer.CLIENT
    assert end == Close("enough")


def test_who_cannot_be_followed_is_told_so_unless_nothing_is_judged() -> None:
    c = conversation()
    c.clear = True
    c.muddle()
    assert not c.closing
    c.clear = False
    c.muddle()
    assert read_fields(c.to_client[-1])["C"] == b"57P01"
    assert c.closing


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


def test_only_an_error_of_the_witness_is_a_refusal() -> None:
    c = conversation()
    assert c._witnessed(error_response({"C": "TOLL1", "H": "3"})) is not None
    assert not c.dirty
    assert c._witnessed(error_response({"C": "TOLL2"})) is not None
    assert c.dirty
    assert c._witnessed(error_response({"C": "40001"})) is None
