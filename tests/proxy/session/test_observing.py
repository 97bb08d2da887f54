"""In observe mode everything passes, and what enforcement would refuse is recorded once."""

import pytest
from model_server import ModelServer
from peers import (
    COPY_DONE,
    FUNCTION_CALL,
    ScriptedJudge,
    Talk,
    copy_data,
    direct,
    extended,
    kinds,
    messages,
    once,
)

from pgtoll.session import Peer, Write
from pgtoll.session.progress import Limits
from pgtoll.wire.messages import SYNC, message, parse, query

NINE = b"INSERT INTO t SELECT generate_series(1, 9)"
ONE = b"INSERT INTO t SELECT generate_series(1, 1)"
LATER = b"INSERT INTO later VALUES (9)"


def talk(*, demo: bool = False, lacks: bool = False, limits: Limits | None = None) -> Talk:
    judge = ScriptedJudge(demo=demo, lacks=lacks, observe=True)
    return Talk(judge, limits=limits or Limits())


def recorded(t: Talk) -> list[tuple[bytes, str]]:
    return [(one.sql, one.verdict.message) for one in t.judged]


@pytest.mark.parametrize(
    "data",
    [
        query(NINE),
        once(NINE),
        query(LATER),
        once(LATER),
        query(b"BEGIN; " + NINE + b"; COMMIT"),
        query(b"BEGIN") + query(LATER) + query(b"COMMIT"),
        query(b"BEGIN") + once(LATER) + once(b"COMMIT"),
        extended(b"BEGIN") + extended(LATER) + extended(b"COMMIT") + SYNC,
        query(b"BEGIN") + query(NINE) + query(b"ROLLBACK"),
        query(b"CALL fill()"),
        once(b"CALL fill()"),
        query(b"BEGIN; " + LATER + b"; COMMIT; SELECT look()"),
    ],
)
def test_what_fills_a_table_is_recorded_and_nothing_else_is_different(data: bytes) -> None:
    t = talk(demo=True)
    assert t.say(data) == kinds(direct(data))
    assert [message for _, message in recorded(t)] == ["cap"]


@pytest.mark.parametrize(
    "data",
    [
        query(b"SELECT peek()"),
        once(b"SELECT peek()"),
        query(b"SELECT look(); SELECT blab()"),
        query(b"BEGIN") + query(b"SELECT peek()") + query(b"ROLLBACK"),
        query(b"BEGIN; SELECT peek(); COMMIT"),
    ],
)
def test_what_touches_a_licensed_table_is_recorded(data: bytes) -> None:
    t = talk(lacks=True)
    t.client(data)
    t.settle()
    assert messages(t.take()) == messages(direct(data))
    assert [message for _, message in recorded(t)] == ["watch"]


@pytest.mark.parametrize("data", [query(b"TABLE secret"), once(b"TABLE secret")])
def test_what_reading_refuses_is_recorded_and_runs(data: bytes) -> None:
    t = talk(lacks=True)
    assert t.say(data).endswith("D C ZI")
    assert recorded(t) == [(b"TABLE secret", "refused")]


@pytest.mark.parametrize("data", [query(ONE), once(ONE), query(b"SELECT look()"), query(b"SELEC")])
def test_what_would_not_be_refused_is_not_recorded(data: bytes) -> None:
    t = talk(demo=True, lacks=True)
    assert t.say(data) == kinds(direct(data))
    assert t.judged == []


def test_an_error_that_would_be_withheld_is_shown_and_recorded() -> None:
    t = talk(lacks=True)
    assert t.say(query(b"SELECT blurt()")) == "T EP0001 ZI"
    assert [message for _, message in recorded(t)] == ["withheld "]


def test_replies_that_would_be_too_large_to_hold_pass_and_are_recorded() -> None:
    t = talk(lacks=True, limits=Limits(watched=10))
    assert t.say(query(b"SELECT look()")) == "T D C ZI"
    assert "too large" in recorded(t)[0][1]


def test_nothing_is_recorded_twice_in_a_transaction() -> None:
    t = talk(demo=True)
    for _ in range(3):
        t.say(query(b"BEGIN") + query(NINE) + query(NINE) + query(b"ROLLBACK"))
    assert len(t.judged) == 3


def test_what_was_counted_before_is_not_held_against_the_next_statement() -> None:
    t = talk(lacks=True)
    t.say(query(b"TABLE secret"))
    t.say(query(b"SELECT look()"))
    assert recorded(t) == [(b"TABLE secret", "refused")]


def test_a_deferred_triggers_error_comes_in_place_of_the_completion() -> None:
    data = query(b"INSERT INTO later VALUES (1); SELECT fail()")
    t = talk(demo=True)
    assert t.say(data) == kinds(direct(data))


def test_a_text_that_only_the_server_knows_is_recorded_where_it_knows_it() -> None:
    t = talk(lacks=True)
    data = query(b"SELEC") + parse(b"s", b"SHRUG") + SYNC
    assert t.say(data) == "E42601 ZI E42601 ZI"
    assert t.judged == []


def test_what_has_no_text_passes_and_is_recorded() -> None:
    t = talk(lacks=True)
    assert t.say(FUNCTION_CALL) == "V ZI"
    assert "FunctionCall" in recorded(t)[0][1]


def test_a_client_out_of_step_goes_on_unread() -> None:
    t = talk(lacks=True)
    t.session._conversation.checked_sql = b"x"
    t.session._conversation.muddle()
    assert t.say(query(b"TABLE secret")) == "T D C ZI"
    assert len(t.judged) == 1


def test_old_servers_let_a_procedure_commit_all_the_same() -> None:
    data = extended(ONE) + extended(b"CALL fill()") + SYNC
    t = Talk(ScriptedJudge(demo=True, observe=True), server=ModelServer(old=True))
    assert t.say(data) == kinds(ModelServer(old=True).feed(data))
    assert t.judged


# What is proven, and may mean another thing when it runs


def proven(**given: bool) -> Talk:
    judge = ScriptedJudge(lacks=True, observe=True, fickle=True, fooled=True)
    for name, value in given.items():
        setattr(judge, name, value)
    return Talk(judge)


@pytest.mark.parametrize(
    "data",
    [
        query(b"SELECT peek()"),
        once(b"SELECT peek()"),
        query(b"SELECT look(); SELECT peek()"),
        query(b"BEGIN; SELECT peek(); ROLLBACK"),
        query(b"BEGIN") + query(b"SELECT peek()") + query(b"COMMIT"),
        query(b"BEGIN") + once(b"SELECT peek()") + once(b"ROLLBACK"),
        extended(b"SELECT look()") + extended(b"SELECT peek()") + SYNC,
    ],
)
def test_a_proven_statement_that_touches_what_is_lacked_is_recorded(data: bytes) -> None:
    t = proven()
    t.client(data)
    t.settle()
    assert messages(t.take()) == messages(direct(data))
    assert [message for _, message in recorded(t)] == ["watch"]


@pytest.mark.parametrize(
    "data",
    [
        query(b"SELECT look()"),
        once(b"SELECT look()"),
        query(LATER + b"; COMMIT; BEGIN; SELECT look(); ROLLBACK"),
        extended(b"BEGIN") + extended(LATER) + extended(b"COMMIT") + extended(b"BEGIN") + SYNC,
        query(b"BEGIN; " + LATER + b"; COMMIT AND CHAIN") + query(b"ROLLBACK"),
        query(b"COPY t FROM STDIN") + b"".join((copy_data(b"1\n"), COPY_DONE)),
    ],
)
def test_a_proven_statement_that_touches_nothing_is_not(data: bytes) -> None:
    t = proven()
    assert t.say(data) == kinds(direct(data))
    assert t.judged == []


@pytest.mark.parametrize(("moved", "messages"), [(False, []), (True, ["withheld 40001"])])
def test_its_error_passes_and_is_recorded_if_the_catalog_has_changed(
    moved: bool, messages: list[str]
) -> None:
    t = proven(moved=moved)
    for data in (query(b"SELECT blurt()"), once(b"SELECT blurt()")):
        assert t.say(data) == kinds(direct(data))
        assert [message for _, message in recorded(t)] == messages
        t.judged.clear()


def test_nothing_of_it_is_held() -> None:
    t = proven()
    t.client(query(b"SELECT look()"))
    first = message(b"D", b"\0\1\0\0\0\1x")
    assert t.session.server_data(first) == [Write(Peer.CLIENT, first)]


def test_what_the_server_ignores_is_not_recorded() -> None:
    t = talk(lacks=True)
    t.say(query(b"BEGIN; TABLE nosuch"))
    for sql in (b"TABLE secret", b"SELECT peek()", b"SELECT blurt()"):
        assert t.say(query(sql)) == "E25P02 ZE"
        assert t.say(once(sql)) == "E25P02 ZE"
    assert t.judged == []


def test_what_runs_behind_the_end_of_a_failed_transaction_is_recorded() -> None:
    t = talk(lacks=True)
    t.say(query(b"BEGIN; TABLE nosuch"))
    t.say(query(b"ROLLBACK; TABLE secret"))
    t.say(query(b"BEGIN; SAVEPOINT a; TABLE nosuch"))
    t.say(extended(b"ROLLBACK TO a") + once(b"SELECT peek()"))
    assert [message for _, message in recorded(t)] == ["refused", "watch"]
