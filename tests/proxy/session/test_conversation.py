"""What was refused or cannot be followed is told, and nothing is written behind the end."""

import pytest
from peers import ScriptedJudge, refusal

from pgtoll.session import Close, Judged, Peer, Write
from pgtoll.session.conversation import Conversation
from pgtoll.session.effects import Ruling
from pgtoll.session.progress import Limits
from pgtoll.session.rounds import QUERY_ROUND
from pgtoll.wire.messages import error_response, read_fields
from pgtoll_policy.facts import Act, Statement
from pgtoll_policy.verdict import Kind, Verdict


def conversation() -> Conversation:
    c = Conversation(ScriptedJudge(demo=True), Limits())
    c.rounds.clear()  # authentication is over
    return c


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


def test_only_an_error_of_the_witness_is_a_refusal() -> None:
    c = conversation()
    assert c._witnessed(error_response({"C": "TOLL1", "H": "3"})) is not None
    assert not c.dirty
    assert c._witnessed(error_response({"C": "TOLL2"})) is not None
    assert c.dirty
    assert c._witnessed(error_response({"C": "40001"})) is None


@pytest.mark.parametrize(
    ("failed", "round_ahead", "act", "unread"),
    [
        (False, False, None, True),
        (True, False, None, False),
        (True, True, None, True),  # which may be what ends the transaction
        (True, False, Act.ROLLBACK, True),
    ],
)
def test_a_transaction_that_has_failed_runs_nothing_but_its_end(
    failed: bool, round_ahead: bool, act: Act | None, unread: bool
) -> None:
    c = conversation()
    c.tx.answered(b"E" if failed else b"T")
    if round_ahead:
        c.rounds.append(QUERY_ROUND)
    c.runs(Ruling(Statement("do", 0, 0, act=act), Verdict(Kind.WATCH, watch=True), opaque=True))
    assert c.leftovers.unread is unread
