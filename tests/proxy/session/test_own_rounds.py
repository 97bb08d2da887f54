"""What the server is asked to do between two rounds of the client's."""

import pytest
from peers import ScriptedJudge, messages

from pgtoll.session.conversation import Conversation
from pgtoll.session.identity import MOST_QUESTIONS
from pgtoll.session.own_rounds import (
    CLEAR_CODE,
    CLEAR_PLANS,
    CLEAR_PREPARED,
    READ_WRITE,
    SOW,
    ask_user,
    cleared,
    flush_statistics,
    identified,
    unidentified,
)
from pgtoll.session.progress import Limits, Waiting
from pgtoll.wire.messages import read_fields


def types(data: list[bytes]) -> str:
    """The types of the messages of a client."""
    return " ".join(chr(one[0]) for one in messages(b"".join(data)))


def conversation() -> Conversation:
    c = Conversation(ScriptedJudge(demo=True), Limits())
    c.rounds.clear()  # authentication is over
    return c


def test_counters_begin_anew_while_the_client_waits() -> None:
    c = conversation()
    c.dirty = True
    assert c.idle
    flush_statistics(c)
    assert not c.dirty
    assert c.waiting is Waiting.IDLE
    assert types(c.to_server) == "P B E C C S"
    assert c.sent == 0


@pytest.mark.parametrize(
    ("reported", "writes"),
    [({}, False), ({b"default_transaction_read_only": b"on"}, True)],
)
def test_what_is_cleared_away_by_writing_asks_for_that_first(
    reported: dict[bytes, bytes], writes: bool
) -> None:
    c = conversation()
    c.remains = True
    for name, value in reported.items():
        c.settings.report(name, value)
    flush_statistics(c)
    sent = b"".join(c.to_server)
    assert (READ_WRITE in sent) == writes
    assert CLEAR_CODE in sent
    if writes:
        assert sent.index(READ_WRITE) < sent.index(CLEAR_PLANS)


def test_on_a_standby_nothing_asks_to_write() -> None:
    c = conversation()
    c.remains = True
    c.settings.report(b"default_transaction_read_only", b"on")
    c.settings.report(b"in_hot_standby", b"on")
    flush_statistics(c)
    assert READ_WRITE not in b"".join(c.to_server)


@pytest.mark.parametrize("telling", [True, False])
def test_what_sql_has_prepared_stays_unless_its_names_may_tell_what_was_read(telling: bool) -> None:
    c = conversation()
    c.remains, c.leftovers.resumed.telling = True, telling
    flush_statistics(c)
    sent = b"".join(c.to_server)
    assert (CLEAR_PREPARED in sent) == telling
    assert SOW in sent
    cleared(c)
    assert not c.leftovers.resumed.telling


def test_names_that_tell_are_not_cleared_by_clearing_something_else() -> None:
    c = conversation()
    c.leftovers.resumed.telling = True
    flush_statistics(c)
    cleared(c)
    assert c.leftovers.resumed.telling


def named_by_its_session() -> Conversation:
    c = Conversation(ScriptedJudge(impersonates=True), Limits())
    c.rounds.clear()
    return c


def test_between_rounds_the_server_is_asked_in_one_of_ours() -> None:
    c = named_by_its_session()
    ask_user(c)
    assert types(c.to_server) == "P B E C C S"
    assert (c.waiting, c.identity.asking) == (Waiting.IDLE, True)


def test_inside_a_round_the_server_is_asked_on_the_way() -> None:
    c = named_by_its_session()
    c.sent = 1
    ask_user(c)
    assert types(c.to_server) == "P B E C C H"
    assert (c.waiting, c.identity.asking) == (Waiting.DRAIN, False)


def test_the_answer_is_whom_the_judge_judges_for() -> None:
    c = named_by_its_session()
    identified(c, b"alice")
    assert not c.identity.unknown
    assert isinstance(c.judge, ScriptedJudge)
    assert c.judge.named == "alice"
    identified(c, None)
    assert c.judge.named == ""


def test_a_server_that_never_answers_ends_the_session() -> None:
    c = named_by_its_session()
    for _ in range(MOST_QUESTIONS - 1):
        unidentified(c)
    assert not c.closing
    unidentified(c)
    assert read_fields(c.to_client[-1])["C"] == b"57P01"
    assert c.closing


def test_a_transaction_that_has_failed_answers_nothing() -> None:
    c = named_by_its_session()
    c.tx.failed = True
    for _ in range(2 * MOST_QUESTIONS):
        unidentified(c)
    assert not c.closing
