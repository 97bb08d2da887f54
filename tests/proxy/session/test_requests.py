"""Messages go to their handlers in order, wait when they must, and have their places."""

import pytest
from peers import COPY_DONE, ScriptedJudge, Talk, copy_data, extended, kinds, once

from pgtoll.errors import ProtocolViolation
from pgtoll.session import Session, Write
from pgtoll.session.progress import Limits
from pgtoll.wire.messages import FLUSH, SYNC, TERMINATE, bind, message, parse, query

SELECT = b"SELECT generate_series(1, 1)"
PASSWORD = message(b"p", b"secret\0")
SMALL = Limits(statement=100)


def lacking(*, at_once: bool = True) -> Talk:
    return Talk(ScriptedJudge(lacks=True, at_once=at_once))


def test_nothing_passes_before_the_session_has_begun_but_a_farewell() -> None:
    session = Session(ScriptedJudge(lacks=True))
    (write,) = session.client_data(TERMINATE)
    assert isinstance(write, Write)
    assert write.data == TERMINATE
    assert session.client_data(query(SELECT)) == []
    assert session.waiting


def test_a_password_before_it_has_begun_breaks_the_protocol() -> None:
    """CVE class: message order."""
    session = Session(ScriptedJudge())
    assert session.client_data(PASSWORD) == []
    with pytest.raises(ProtocolViolation, match="frontend message type 112"):
        session.server_data(b"Z\0\0\0\x05I")


def test_a_password_after_authentication_breaks_the_protocol() -> None:
    with pytest.raises(ProtocolViolation, match="invalid frontend message type 112"):
        Talk(ScriptedJudge()).client(PASSWORD)


@pytest.mark.parametrize("kind", [b"E", b"C", b"D", b"S", b"H", b"c", b"X"])
def test_a_message_that_is_never_large_may_not_be_large(kind: bytes) -> None:
    talk = Talk(ScriptedJudge(), limits=SMALL)
    with pytest.raises(ProtocolViolation, match="more than the allowed length"):
        talk.client(message(kind, bytes(200)))


def test_nothing_but_copy_data_has_its_place_in_copy_data() -> None:
    talk = lacking()
    talk.say(query(b"COPY t FROM STDIN"))
    talk.client(FLUSH)
    with pytest.raises(ProtocolViolation, match="'Q' in the middle of copy data"):
        talk.client(query(SELECT))


def test_messages_wait_for_facts_and_keep_their_order() -> None:
    talk = lacking(at_once=False)
    talk.client(query(SELECT) + query(b"TABLE secret") + once(SELECT))
    assert talk.to_server == b""
    talk.settle()
    assert kinds(talk.take()) == "T D C ZI E42501 ZI 1 2 T D C ZI"


def test_rounds_behind_one_of_ours_wait_for_it() -> None:
    talk = lacking()
    talk.client(query(b"SELECT look()") + query(SELECT))
    assert SELECT not in talk.to_server
    talk.settle()
    assert kinds(talk.take()) == "T D C ZI T D C ZI"


def test_rounds_that_are_proven_harmless_do_not_wait() -> None:
    talk = lacking()
    talk.client(query(SELECT) + once(SELECT))
    assert talk.to_server == query(SELECT) + once(SELECT)


def test_what_the_server_would_skip_is_dropped() -> None:
    talk = lacking()
    talk.say(parse(b"", b"TABLE nosuch") + FLUSH)
    talk.client(parse(b"", SELECT) + bind(b"", b"") + query(SELECT))
    assert talk.to_server == b""
    assert talk.say(SYNC) == "ZI"


def test_a_clear_users_messages_are_passed_on_even_then() -> None:
    talk = Talk(ScriptedJudge())
    talk.say(parse(b"", b"TABLE nosuch") + FLUSH)
    talk.client(parse(b"", SELECT))
    assert talk.to_server == parse(b"", SELECT)


def test_a_terminate_waits_for_its_turn() -> None:
    talk = lacking(at_once=False)
    talk.client(query(SELECT) + TERMINATE)
    talk.settle()
    assert kinds(talk.take()) == "T D C ZI"
    assert talk.server.dead


def test_copy_data_that_nobody_asked_for_passes() -> None:
    talk = lacking()
    assert talk.say(copy_data(b"1\n") + COPY_DONE + query(SELECT)) == "T D C ZI"


def test_a_session_whose_copies_cannot_be_told_apart_ends_when_it_has_to_be_read() -> None:
    talk = Talk(ScriptedJudge())
    copy = extended(b"COPY t FROM STDIN") + copy_data(b"1\n") + COPY_DONE
    assert talk.say(copy + SYNC) == "1 2 n G C ZI"
    talk.judge.become(lacks=True)
    assert talk.say(query(SELECT)) == "E57P01"
    assert talk.closed


def test_text_behind_a_change_of_settings_waits_until_they_are_known() -> None:
    talk = lacking()
    talk.client(query(b"SET standard_conforming_strings = off") + query(rb"SELEC \''"))
    assert b"SELEC" not in talk.to_server
    talk.settle()
    assert kinds(talk.take()) == "C S ZI E42601 ZI"


def test_text_behind_a_change_of_settings_in_the_same_round_is_refused() -> None:
    talk = lacking()
    change = extended(b"SET standard_conforming_strings = off")
    assert talk.say(change + parse(b"", rb"SELEC \''") + SYNC) == "1 2 n C E42501 ZI"
    assert talk.judged[0].verdict.message.startswith("client_encoding or standard_conforming")
    assert talk.say(change + query(rb"SELEC \''")).endswith("E42501 ZI")
