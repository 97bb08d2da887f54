"""The extended protocol: judged at Parse, Bind and Execute, checked at Flush and Sync."""

import pytest
from model_engine import Unknown
from peers import COPY_DONE, ScriptedJudge, Talk, copy_data, describe, extended, kinds, once

from pgtoll.errors import ProtocolViolation
from pgtoll.session.progress import Limits
from pgtoll.wire.messages import FLUSH, SYNC, bind, close, execute, message, parse, query

SELECT = b"SELECT generate_series(1, 1)"
ONE = b"INSERT INTO t SELECT generate_series(1, 1)"
NINE = b"INSERT INTO t SELECT generate_series(1, 9)"


def talk(
    *, lacks: bool = False, demo: bool = False, observe: bool = False, limit: int = 1 << 20
) -> Talk:
    judge = ScriptedJudge(lacks=lacks, demo=demo, observe=observe)
    return Talk(judge, limits=Limits(statement=limit))


def test_messages_of_a_clear_user_pass_as_they_are() -> None:
    t = talk()
    data = extended(NINE, b"s") + close(b"S", b"s") + FLUSH + SYNC
    t.client(data)
    assert t.to_server == data


def test_a_check_stands_before_the_sync_that_commits() -> None:
    t = talk(demo=True)
    t.say(once(ONE))
    assert t.server.engine.witnessed == ["true"]


def test_in_a_block_a_sync_checks_without_locks_and_the_commit_finally() -> None:
    t = talk(demo=True)
    t.say(query(b"BEGIN") + once(ONE))
    assert t.server.engine.witnessed == ["false"]
    t.say(once(SELECT) + once(b"COMMIT"))
    assert t.server.engine.witnessed == ["false", "true"]


def test_a_flush_checks_what_it_asks_for() -> None:
    t = talk(demo=True)
    assert t.say(extended(ONE) + FLUSH) == "1 2 n C"
    assert t.server.engine.witnessed == ["false"]
    assert t.say(SYNC) == "ZI"


def test_a_flush_behind_an_error_or_in_a_failed_block_checks_nothing() -> None:
    t = talk(demo=True)
    t.say(extended(ONE) + extended(b"TABLE nosuch") + FLUSH)
    assert t.say(FLUSH + SYNC) == "ZI"
    t.say(query(b"BEGIN; TABLE nosuch"))
    assert t.say(parse(b"", b"ROLLBACK") + bind(b"", b"") + FLUSH) == "1 2"


def test_each_watched_execute_has_its_own_check() -> None:
    t = talk(lacks=True)
    data = extended(b"SELECT look()") + extended(SELECT) + extended(b"SELECT peek()") + SYNC
    assert t.say(data) == "1 2 T D C 1 2 T D C 1 2 E42501 ZI"


def test_a_watched_bind_that_is_never_run_shows_no_notice_unchecked() -> None:
    t = talk(lacks=True)
    assert t.say(parse(b"", b"SELECT look()") + bind(b"", b"") + SYNC) == "1 2 ZI"
    assert t.server.engine.witnessed == ["true"]


def test_what_was_planned_unread_is_checked_before_another_statement_runs() -> None:
    t = talk(lacks=True)
    planned = parse(b"", b"SELECT look()") + bind(b"", b"")
    assert t.say(planned + extended(SELECT) + SYNC) == "1 2 1 2 T D C ZI"
    assert t.server.engine.witnessed == ["false", "true"]
    t.say(parse(b"s", SELECT) + bind(b"s", b"s") + planned + execute(b"s") + SYNC)
    assert t.server.engine.witnessed[2:] == ["false", "true"]


def test_what_was_planned_unread_is_checked_before_a_query_in_the_same_round() -> None:
    t = talk(lacks=True)
    planned = parse(b"", b"SELECT look()") + bind(b"", b"")
    assert t.say(planned + query(SELECT)) == "1 2 T D C ZI"
    assert t.server.engine.witnessed == ["false", "true"]


@pytest.mark.parametrize("lacks", [True, False])
def test_an_oversized_parse_is_for_those_who_lack_nothing(lacks: bool) -> None:
    t = talk(lacks=lacks, limit=100)
    answer = t.say(extended(SELECT + b" " * 100) + SYNC)
    assert answer == ("E42501 ZI" if lacks else "1 2 T D C ZI")
    assert t.say(query(SELECT)) == "T D C ZI"


@pytest.mark.parametrize(
    ("oid", "checks"), [(16_900, ["false", "true"]), (16_901, ["true"]), (23, [])]
)
def test_a_parameter_of_an_own_type_is_checked_behind(oid: int, checks: list[str]) -> None:
    t = Talk(ScriptedJudge(lacks=True, coded=frozenset({16_900})))
    declared = message(b"P", b"\0" + SELECT + b"\0\0\1" + oid.to_bytes(4, "big"))
    t.say(declared + bind(b"", b"") + execute(b"") + SYNC)
    assert t.server.engine.witnessed == checks  # at the Bind too, if the type has code now


def test_a_parameter_that_was_declared_while_licensed_is_watched_later() -> None:
    t = Talk(ScriptedJudge(coded=frozenset({16_900})))
    t.say(message(b"P", b"s\0" + SELECT + b"\0\0\1" + (16_900).to_bytes(4, "big")) + SYNC)
    t.judge.lacks, t.judge.lacked = True, frozenset({"base"})
    t.say(bind(b"", b"s") + execute(b"") + SYNC)
    assert t.server.engine.witnessed


def test_an_oversized_bind_passes_whole() -> None:
    t = talk(lacks=True, limit=100)
    large = message(b"B", b"\0\0\0\0\0\0\0\0" + bytes(400))
    t.client(parse(b"", SELECT) + large)
    assert t.to_server == parse(b"", SELECT) + large


def test_an_oversized_bind_of_a_refused_statement_is_dropped_whole() -> None:
    t = talk(lacks=False, limit=100)
    t.say(parse(b"s", b"TABLE secret") + SYNC)
    t.judge.become(lacks=True)
    large = message(b"B", b"\0s\0\0\0\0\0\0\0" + bytes(400))
    assert t.say(large + SYNC + query(SELECT)) == "E42501 ZI T D C ZI"


def test_a_name_longer_than_anything_kept_breaks_the_protocol() -> None:
    with pytest.raises(ProtocolViolation, match="name"):
        talk(limit=100).client(message(b"P", b"x" * 500))


def test_where_nothing_is_refused_an_oversized_parse_passes_and_is_noted() -> None:
    t = talk(lacks=True, observe=True, limit=100)
    assert t.say(extended(SELECT + b" " * 100) + SYNC) == "1 2 T D C ZI"
    assert t.judged[0].verdict.message.startswith("its ")


def test_where_nothing_is_refused_an_unknown_grammar_is_parsed_once() -> None:
    t = talk(lacks=True, observe=True)
    assert t.say(parse(b"s", b"FETCH p") + SYNC) == "1 ZI"
    assert t.server.statements == {"s": "FETCH p"}


@pytest.mark.parametrize("name", [b"", b"s"])
def test_a_text_that_only_the_server_knows_is_refused_and_has_no_name(name: bytes) -> None:
    t = talk(lacks=True)
    t.say(parse(name, SELECT) + SYNC)
    assert t.say(parse(name, b"FETCH p") + SYNC) == "E42501 ZI"
    assert t.server.statements.get(name.decode()) in (None, SELECT.decode())
    assert t.say(parse(name, b"SELEC") + SYNC) == "E42601 ZI"


def test_a_name_in_flight_is_waited_for() -> None:
    t = talk(demo=True)
    t.client(parse(b"s", ONE) + SYNC + bind(b"", b"s") + execute(b"") + SYNC)
    assert execute(b"") not in t.to_server
    t.settle()
    assert kinds(t.take()) == "1 ZI 2 C ZI"


def test_a_portal_in_flight_is_waited_for() -> None:
    t = talk(demo=True)
    t.say(query(b"BEGIN"))
    t.client(parse(b"", SELECT) + bind(b"", b"") + SYNC + execute(b"") + SYNC)
    t.settle()
    assert kinds(t.take()) == "1 2 ZT D C ZT"


def test_a_procedure_runs_in_a_block_of_ours() -> None:
    t = talk(demo=True)
    assert t.say(once(b"CALL fill()")) == "1 2 n E2D000 ZI"
    assert t.say(query(SELECT)) == "T D C ZI"


def test_our_block_becomes_the_clients_when_it_begins_one() -> None:
    t = talk(demo=True)
    t.say(parse(b"x", SELECT) + bind(b"x", b"x") + execute(b"x") + extended(b"BEGIN") + SYNC)
    assert t.server.engine.block == "T"
    t.say(query(b"ROLLBACK"))
    assert t.say(parse(b"y", SELECT) + bind(b"y", b"y") + execute(b"y") + SYNC) == "1 2 D C ZI"


def test_where_the_block_is_not_known_nothing_that_may_commit_runs() -> None:
    t = talk()
    t.client(extended(b"BEGIN"))
    t.judge.become(demo=True)
    assert t.say(extended(b"CALL fill()") + SYNC).endswith("E42501 ZE")


def test_a_savepoint_in_flight_does_not_hide_the_block_it_is_in() -> None:
    t = talk(demo=True)
    t.client(query(b"BEGIN") + extended(b"SAVEPOINT s"))
    t.settle()
    assert t.say(execute(b"nosuch") + SYNC).endswith("ZE")


def test_going_back_to_a_savepoint_in_flight_is_not_taken_for_a_failed_block() -> None:
    t = talk(demo=True)
    t.say(query(b"BEGIN; INSERT INTO later VALUES (9); SAVEPOINT s"))
    t.client(once(b"TABLE nosuch") + extended(b"ROLLBACK TO s"))
    t.settle()
    assert t.say(extended(b"COMMIT") + SYNC).endswith("E53400 ZI")


def test_a_watched_statement_is_checked_before_it_is_rolled_back() -> None:
    t = talk(lacks=True)
    t.say(query(b"BEGIN"))
    data = parse(b"", b"SELECT look()") + bind(b"", b"") + extended(b"ROLLBACK") + SYNC
    assert t.say(data) == "1 2 1 2 n C ZI"
    assert t.server.engine.witnessed == ["false"]


def test_a_sync_inside_copy_data_is_not_passed_on() -> None:
    t = talk(demo=True)
    assert t.say(extended(b"COPY t FROM STDIN") + FLUSH) == "1 2 n G"
    t.client(SYNC + copy_data(b"1\n"))
    assert t.to_server == copy_data(b"1\n")
    assert t.say(COPY_DONE + SYNC) == "C ZI"


def test_a_sync_is_made_up_for_when_the_copy_had_failed_before_it() -> None:
    t = talk(demo=True)
    t.client(extended(b"COPY trap FROM STDIN") + SYNC)
    t.settle()
    assert kinds(t.take()) == "1 2 n G EP0001 ZI"
    t = talk(demo=True)
    t.client(extended(b"COPY trap FROM STDIN") + SYNC)
    while t.move(1 << 30, 1):  # the server's answer comes byte by byte
        pass
    assert kinds(t.take()) == "1 2 n G EP0001 ZI"


def test_code_that_may_execute_a_copy_is_waited_for_and_then_checked() -> None:
    t = talk(lacks=True)
    t.say(parse(b"c", b"COPY t FROM STDIN") + SYNC)
    assert t.say(extended(b"SELECT look()") + extended(SELECT) + SYNC) == "1 2 T D C 1 2 T D C ZI"
    assert t.say(extended(b"EXECUTE c") + SYNC) == "1 2 n G"
    assert t.say(copy_data(b"1\n") + COPY_DONE + SYNC) == "C ZI"


def test_what_makes_no_values_is_described_and_closed_without_a_judgement() -> None:
    t = talk(lacks=True)
    t.say(parse(b"s", SELECT) + SYNC)
    assert t.say(describe(b"S", b"s") + SYNC + close(b"P", b"p") + SYNC) == "t T ZI 3 ZI"
    assert not t.server.engine.witnessed


def test_a_name_that_sql_may_have_made_is_described_with_care() -> None:
    t = talk(lacks=True)
    assert t.say(describe(b"S", b"s") + SYNC) == "E42501 ZI"


def test_a_parse_and_a_describe_that_make_values_are_checked() -> None:
    t = talk(lacks=True)
    assert t.say(parse(b"s", b"SELECT look() -- '") + SYNC) == "1 ZI"
    checks = len(t.server.engine.witnessed)
    assert checks
    assert t.say(describe(b"S", b"s") + SYNC) == "t T ZI"
    assert len(t.server.engine.witnessed) > checks


def test_a_refused_statement_that_makes_values_is_not_described() -> None:
    t = talk()
    t.say(parse(b"s", b"TABLE secret -- '") + SYNC)
    t.judge.become(lacks=True)
    assert t.say(describe(b"S", b"s") + SYNC) == "E42501 ZI"


def test_where_nothing_is_refused_only_what_the_server_can_parse_is_noted() -> None:
    t = talk(lacks=True, observe=True)
    run = bind(b"", b"") + execute(b"")
    assert t.say(parse(b"", b"SELEC") + run + SYNC) == "E42601 ZI"
    assert t.judged == []
    t.say(parse(b"s", b"FETCH p") + SYNC)
    assert len(t.judged) == 1
    with pytest.raises(Unknown):  # the model has no cursors to fetch from
        t.say(bind(b"", b"s") + execute(b"") + SYNC)
    assert len(t.judged) == 2


def recorded(*, lacks: bool = False) -> Talk:
    judge = ScriptedJudge(lacks=lacks)
    judge.recording = True
    return Talk(judge)


def sent(t: Talk) -> list[bytes]:
    return [sql for sql, _, _ in t.judge.sent]


@pytest.mark.parametrize("lacks", [False, True])
def test_while_somebody_records_each_execute_is_told(lacks: bool) -> None:
    t = recorded(lacks=lacks)
    t.say(parse(b"s", SELECT) + SYNC)
    assert sent(t) == []
    for _ in range(3):
        t.say(bind(b"", b"s") + execute(b"") + SYNC)
    assert sent(t) == [SELECT] * 3
    t.say(query(SELECT) + query(b""))
    assert sent(t)[3] == SELECT


def test_behind_a_refusal_nothing_is_told_to_have_run() -> None:
    t = recorded(lacks=True)
    t.say(once(SELECT))
    t.say(extended(b"TABLE secret") + extended(SELECT) + SYNC)
    assert sent(t) == [SELECT]


def test_a_name_that_is_given_anew_in_flight_is_told_by_what_it_stands_for() -> None:
    t = recorded()
    t.say(parse(b"s", SELECT) + SYNC)
    anew = close(b"S", b"s") + parse(b"s", NINE) + SYNC + bind(b"", b"s") + execute(b"") + SYNC
    t.client(anew)
    t.say(b"")
    assert sent(t) == [NINE]


def test_what_nobody_knows_is_told_without_a_text() -> None:
    t = recorded()
    t.say(query(b"PREPARE p AS SELECT generate_series(1, 1)"))
    t.say(bind(b"", b"p") + execute(b"") + SYNC)
    assert sent(t)[-1] == b""
