"""Queries and FunctionCalls: judged whole, replaced, or only parsed."""

import pytest
from peers import FUNCTION_CALL, ScriptedJudge, Talk, extended, kinds

from pgtoll.errors import ProtocolViolation
from pgtoll.session.progress import Limits
from pgtoll.wire.messages import message, parse, query

SELECT = b"SELECT generate_series(1, 1)"
INSERT = b"INSERT INTO t SELECT generate_series(1, 1)"
CURSOR = b"DECLARE p CURSOR FOR SELECT generate_series(1, 1)"
LONG = b"SELECT generate_series(1, 1)" + b" " * 200
SMALL = Limits(statement=100)
LARGE_OBJECT = FUNCTION_CALL[:5] + (952).to_bytes(4, "big") + FUNCTION_CALL[9:]  # lo_open


def talk(*, lacks: bool = True, demo: bool = False, observe: bool = False) -> Talk:
    return Talk(ScriptedJudge(lacks=lacks, demo=demo, observe=observe), limits=SMALL)


def test_a_query_proven_harmless_passes_as_it_is() -> None:
    t = talk()
    t.client(query(SELECT))
    assert t.to_server == query(SELECT)


@pytest.mark.parametrize("lacks", [True, False])
def test_an_oversized_query_is_for_those_who_lack_nothing(lacks: bool) -> None:
    t = talk(lacks=lacks)
    assert (
        t.say(query(LONG) + query(SELECT)) == ("E42501 ZI" if lacks else "T D C ZI") + " T D C ZI"
    )


def test_a_function_call_is_for_those_who_lack_nothing() -> None:
    assert talk().say(FUNCTION_CALL) == "E42501 ZI"
    assert talk(lacks=False).say(FUNCTION_CALL) == "V ZI"


def test_a_large_object_may_be_reached_where_only_rows_are_counted() -> None:
    assert talk(lacks=False, demo=True).say(LARGE_OBJECT) == "V ZI"
    assert talk(lacks=False, demo=True).say(FUNCTION_CALL) == "E42501 ZI"
    assert talk(demo=True).say(LARGE_OBJECT) == "E42501 ZI"


def test_a_large_object_commits_nothing_that_was_not_counted() -> None:
    t = talk(lacks=False, demo=True)
    assert t.say(query(b"BEGIN; " + INSERT) + LARGE_OBJECT) == "C C ZT V ZT"
    t = talk(lacks=False, demo=True)
    assert t.say(extended(INSERT) + LARGE_OBJECT).endswith(" E42501 ZI")


def test_an_oversized_function_call_is_refused_whole() -> None:
    t = talk()
    assert t.say(message(b"F", bytes(300)) + query(SELECT)) == "E42501 ZI T D C ZI"


def test_where_nothing_is_refused_unread_messages_pass_and_are_noted() -> None:
    t = talk(observe=True)
    assert t.say(FUNCTION_CALL + query(LONG) + query(b"SELEC")) == "V ZI T D C ZI E42601 ZI"
    assert [j.verdict.message.split()[0] for j in t.judged] == ["a", "its"]


def test_a_text_of_unknown_grammar_is_only_parsed_by_the_server() -> None:
    t = talk()
    t.client(query(b"SELEC"))
    assert t.to_server.startswith(parse(b"", b"SELEC"))
    t.settle()
    assert kinds(t.take()) == "E42601 ZI"
    assert t.judged == []


def test_a_text_that_only_the_server_knows_is_refused_and_leaves_nothing_behind() -> None:
    t = talk()
    t.say(extended(SELECT))
    assert t.say(query(b"FETCH p")).endswith("C E42501 ZI")
    assert t.server.statements == {}


def test_a_query_behind_unsynced_messages_is_checked_with_them() -> None:
    t = talk(lacks=False, demo=True)
    assert t.say(extended(INSERT) + query(SELECT)) == "1 2 n C T D C ZI"
    assert [commit.checked for commit in t.server.engine.commits] == [True]
    assert t.say(query(b"BEGIN") + extended(INSERT) + query(SELECT)) == "C ZT 1 2 n C T D C ZT"
    assert t.server.engine.witnessed[-1] == "false"


def test_rounds_that_are_open_are_answered_before_a_query_of_ours() -> None:
    t = talk(lacks=False, demo=True)
    t.client(query(SELECT) + query(INSERT))
    assert INSERT not in t.to_server
    t.settle()
    assert kinds(t.take()) == "T D C ZI C ZI"


def test_a_query_of_two_strings_breaks_the_protocol() -> None:
    with pytest.raises(ProtocolViolation):
        talk().client(message(b"Q", b"SELECT\0SELECT\0"))


def test_a_copy_is_waited_for_before_anything_else_is_judged() -> None:
    t = talk()
    t.client(query(b"COPY nosuch FROM STDIN") + query(SELECT))
    assert SELECT not in t.to_server
    t.settle()
    assert kinds(t.take()) == "E42P01 ZI T D C ZI"


def test_a_cursor_outside_of_a_transaction_is_only_analysed() -> None:
    t = Talk(ScriptedJudge(lacks=True, fickle=True))
    t.client(query(CURSOR))
    assert t.to_server.startswith(parse(b"", CURSOR))
    assert parse(b"", b"DECLARE pgtoll CURSOR FOR SELECT") in t.to_server


def test_a_cursor_in_a_transaction_is_declared() -> None:
    t = Talk(ScriptedJudge(lacks=True, fickle=True))
    assert t.say(query(b"BEGIN") + query(CURSOR)) == "C ZT C ZT"


def test_a_cursor_outside_of_a_transaction_fails_as_it_would_without_us() -> None:
    t = Talk(ScriptedJudge(lacks=True, fickle=True))
    assert t.say(query(CURSOR) + query(SELECT)) == "E25P01 ZI T D C ZI"
    assert t.say(query(CURSOR + b"; " + SELECT)) == "C T D C ZI"
