"""What the server says reaches the client, but for what is ours and what is refused."""

import pytest
from peers import COPY_DONE, ScriptedJudge, Talk, copy_data, direct, extended, kinds, messages, once

from pgtoll.session.answers import fatal
from pgtoll.session.effects import Close, Write
from pgtoll.wire.messages import (
    FLUSH,
    SYNC,
    bind,
    error_response,
    execute,
    message,
    parse,
    query,
    read_fields,
)

SELECT = b"SELECT generate_series(1, 1)"


def lacking() -> Talk:
    return Talk(ScriptedJudge(lacks=True))


def answered(error: dict[str, str]) -> bytes:
    """What a client sees of a watched statement's error."""
    talk = lacking()
    talk.client(query(b"SELECT look()"))
    talk.perform(talk.session.server_data(error_response(error) + message(b"Z", b"I")))
    return read_fields(messages(talk.take())[0])["C"]


def test_an_error_of_watched_code_is_withheld() -> None:
    assert answered({"C": "22012", "M": "topsecret", "F": "int.c"}) == b"42501"


def test_an_error_that_points_into_the_text_and_knows_only_names_passes() -> None:
    assert answered({"C": "42703", "M": "no column", "P": "8", "F": "parse_relation.c"}) == b"42703"


@pytest.mark.parametrize(
    "error",
    [
        {"C": "42P01", "F": "namespace.c"},  # 'topsecret'::regclass, when it runs
        {"C": "42P01", "F": "namespace.c", "P": "8", "W": "PL/pgSQL function"},
        {"C": "42P01", "F": "pl_exec.c", "P": "8"},
        {"C": "42P01"},
    ],
)
def test_an_error_that_may_hold_a_value_does_not(error: dict[str, str]) -> None:
    assert answered(error) == b"42501"


def test_the_judge_hears_of_the_settings_that_texts_are_read_under() -> None:
    talk = lacking()
    talk.say(query(b"SET standard_conforming_strings = off"))
    assert talk.judge.parameters[b"standard_conforming_strings"] == b"off"


def test_ddl_is_told_when_its_transaction_is_over() -> None:
    talk = Talk(ScriptedJudge())
    talk.say(query(b"BEGIN") + query(b"CREATE VIEW v AS SELECT 1"))
    assert talk.altered == 0
    talk.say(query(b"COMMIT"))
    assert talk.altered == 1
    talk.say(query(SELECT))
    assert talk.altered == 1


def test_until_then_nothing_counts_as_proven() -> None:
    talk = lacking()
    talk.say(query(b"BEGIN") + query(b"CREATE VIEW v AS SELECT 1"))
    talk.say(query(SELECT))
    assert talk.judge.doubts[-1]
    talk.say(query(b"COMMIT") + query(SELECT))
    assert not talk.judge.doubts[-1]


def test_code_that_changed_nothing_by_the_witnesss_word_raises_no_doubt() -> None:
    talk = lacking()
    talk.say(query(b"SELECT look()"))
    talk.say(query(SELECT))
    assert not talk.judge.doubts[-1]


def test_a_message_of_the_servers_that_has_no_place_ends_the_session() -> None:
    talk = lacking()
    with pytest.raises(Exception, match="invalid backend message type"):
        talk.session.server_data(message(b"F", b""))


def test_a_ready_for_query_that_nobody_waits_for_does_no_harm() -> None:
    talk = lacking()
    talk.perform(talk.session.server_data(message(b"Z", b"I")))
    assert kinds(talk.take()) == "ZI"
    assert talk.say(query(SELECT)) == "T D C ZI"


def test_an_error_while_we_begin_counters_anew_is_ours_alone() -> None:
    talk = Talk(ScriptedJudge())
    talk.judge.become(lacks=True)
    talk.client(query(SELECT))
    error = error_response({"C": "57014", "M": "canceled"})
    talk.to_server = b""
    talk.perform(talk.session.server_data(error + message(b"Z", b"I")))
    assert talk.take() == b""
    talk.settle()  # what is to be cleared away is asked for once more
    assert kinds(talk.take()) == "T D C ZI"


def test_what_was_undone_is_cleared_away_before_anything_else_runs() -> None:
    talk = lacking()
    assert talk.say(query(b"SELECT peek()")) == "E42501 ZI"
    sent: list[bytes] = []
    talk.listen = sent.append
    assert talk.say(query(SELECT)) == "T D C ZI"
    ours = b"".join(sent)
    cleared = (b"DISCARD PLANS", b"pgtoll.forget", b"DEALLOCATE", SELECT)
    assert sorted(cleared, key=ours.index) == list(cleared)
    sent.clear()
    assert talk.say(query(SELECT)) == "T D C ZI"
    assert b"".join(sent) == query(SELECT)


def test_a_session_ends_in_which_what_was_undone_cannot_be_cleared_away() -> None:
    talk = lacking()
    talk.say(query(b"SELECT peek()"))
    error = error_response({"C": "57014", "M": "canceled"}) + message(b"Z", b"I")
    written = talk.session.client_data(query(SELECT))
    for _ in range(3):
        assert SELECT not in b"".join(one.data for one in written if isinstance(one, Write))
        written = talk.session.server_data(error)
    said, end = written
    assert isinstance(said, Write)
    assert b"FATAL" in said.data
    assert isinstance(end, Close)


def test_a_refusal_sent_ahead_of_its_round_is_still_replaced() -> None:
    talk = lacking()
    talk.client(query(SELECT) + extended(b"TABLE secret") + FLUSH)
    talk.settle()
    assert kinds(talk.take()) == "T D C ZI E42501"
    assert talk.say(SYNC) == "ZI"


def test_a_clear_users_copies_keep_their_count() -> None:
    talk = Talk(ScriptedJudge())
    copy = once(b"COPY t FROM STDIN")
    assert talk.say(copy) == "1 2 n G"
    assert talk.say(copy_data(b"1\n") + COPY_DONE + SYNC) == "C ZI"
    assert not talk.session.busy
    assert talk.say(copy) == "1 2 n G"
    talk.client(SYNC)
    assert talk.to_server == SYNC
    talk.settle()
    assert talk.say(COPY_DONE + SYNC) == "C ZI"
    assert not talk.session.busy


def test_a_clear_users_failed_copy_is_forgotten_unless_it_has_to_be_read() -> None:
    talk = Talk(ScriptedJudge())
    talk.say(once(b"COPY t FROM STDIN"))
    assert talk.say(copy_data(b"x\n") + COPY_DONE + SYNC) == "E22P02 ZI"
    assert talk.say(query(SELECT)) == "T D C ZI"
    talk.judge.become(lacks=True)
    assert talk.say(query(SELECT)) == "E57P01"


def test_last_words_are_fatal() -> None:
    fields = read_fields(fatal("57P01", "over"))
    assert (fields["S"], fields["C"], fields["M"]) == (b"FATAL", b"57P01", b"over")


def test_copy_data_that_ends_before_it_begins_leaves_no_clear_user_waiting() -> None:
    talk = Talk(ScriptedJudge())
    data = (once(b"COPY t FROM STDIN"), COPY_DONE, SYNC, extended(b"BEGIN"), query(b""), SYNC)
    assert talk.say(*data) == kinds(direct(*data))
    assert talk.say(query(b"COMMIT")) == "C ZI"


def compares_names(*said: bytes) -> bool:
    """Whether the server is asked for what is left of this, behind an unread function's Parse."""
    told: list[bytes] = []
    talk = Talk(ScriptedJudge(lacks=True, measures=True), listen=told.append)
    talk.say(parse(b"", b"SELECT peek()") + SYNC)
    talk.say(*said, SYNC)
    talk.say(query(SELECT))
    return any(b"CASE WHEN" in data for data in told)


def test_what_an_earlier_error_keeps_from_running_leaves_no_names() -> None:
    wrong, run = parse(b"", b"SELEC"), bind(b"", b"") + execute(b"")
    assert not compares_names(wrong, run)
    assert compares_names(run, wrong)
    assert compares_names(run, parse(b"", b"TABLE secret"), run)
