"""One client's session as drivers and attackers use it, through to the model server."""

from collections.abc import Callable

import pytest
from model_server import ModelServer
from peers import (
    COPY_DONE,
    ScriptedJudge,
    Talk,
    copy_data,
    describe,
    direct,
    execute_some,
    extended,
    kinds,
    messages,
    once,
)

from pgtoll.session import Confirm
from pgtoll.session.effects import Peer, Write
from pgtoll.session.progress import Limits
from pgtoll.session.session import Session
from pgtoll.wire.messages import (
    FLUSH,
    SYNC,
    bind,
    close,
    execute,
    notice_response,
    parse,
    query,
    read_fields,
)

ONE = b"INSERT INTO t SELECT generate_series(1, 1)"
TWO = b"INSERT INTO t SELECT generate_series(1, 2)"
NINE = b"INSERT INTO t SELECT generate_series(1, 9)"
SELECT = b"SELECT generate_series(1, 1)"
THREE = b"SELECT generate_series(1, 3)"


def capped() -> Talk:
    return Talk(ScriptedJudge(demo=True))


def lacking() -> Talk:
    return Talk(ScriptedJudge(lacks=True))


STANDINGS = [(False, False), (True, False), (False, True), (True, True)]


@pytest.mark.parametrize(("demo", "lacks"), STANDINGS)
@pytest.mark.parametrize("size", [1, 2, 5, 13])
def test_chunking_never_matters(demo: bool, lacks: bool, size: int) -> None:
    data = query(ONE) + once(b"SELECT look()") + query(b"TABLE secret") + once(b"SELEC") + SYNC
    whole, cut = (Talk(ScriptedJudge(demo=demo, lacks=lacks)) for _ in range(2))
    whole.client(data)
    whole.settle()
    cut.client(data, [size] * len(data))
    while cut.move(size, size):
        pass
    assert cut.take() == whole.take()
    assert [j.verdict for j in cut.judged] == [j.verdict for j in whole.judged]


# Drivers

CONVERSATIONS = {
    "libpq simple": query(b"BEGIN") + query(ONE) + query(b"COMMIT"),
    "libpq extended": once(ONE) + once(THREE),
    "libpq pipeline": extended(ONE) + extended(SELECT) + extended(b"SELECT look()") + SYNC,
    "libpq pipeline with a flush": extended(ONE) + FLUSH + extended(SELECT) + SYNC,
    "pipelined syncs": once(ONE) + once(b"SELECT shout()") + once(SELECT) + SYNC + SYNC,
    "prepared by name": parse(b"s", ONE) + SYNC + (bind(b"", b"s") + execute(b"") + SYNC) * 3,
    "asyncpg": parse(b"s", ONE)
    + describe(b"S", b"s")
    + FLUSH
    + bind(b"", b"s")
    + execute(b"")
    + SYNC,
    "rows by and by": query(b"BEGIN")
    + parse(b"", THREE)
    + bind(b"", b"")
    + (execute_some(b"", 2) + FLUSH) * 2
    + SYNC
    + query(b"COMMIT"),
    "rows by and by, watched": query(b"BEGIN")
    + parse(b"", b"SELECT look()")
    + bind(b"", b"")
    + execute_some(b"", 1)
    + SYNC
    + execute_some(b"", 1)
    + SYNC,
    "JDBC": parse(b"S_1", b"BEGIN")
    + bind(b"", b"S_1")
    + execute(b"")
    + extended(ONE)
    + SYNC
    + parse(b"S_2", b"COMMIT")
    + bind(b"", b"S_2")
    + execute(b"")
    + SYNC,
    "bound and never run": parse(b"", ONE) + bind(b"", b"") + describe(b"P") + SYNC + query(SELECT),
    "closed": extended(ONE) + close(b"P", b"") + close(b"S", b"") + SYNC,
    "a Query behind unsynced messages": extended(ONE) + query(ONE) + SYNC,
    "copy": query(b"COPY t FROM STDIN") + copy_data(b"1\n") + COPY_DONE + query(SELECT),
    "copy in extended messages": once(b"COPY t FROM STDIN") + copy_data(b"1\n") + COPY_DONE + SYNC,
    "copy in one go": extended(b"COPY t FROM STDIN") + copy_data(b"1\n") + COPY_DONE + SYNC,
    "copy that does not start": once(b"COPY nosuch FROM STDIN") + COPY_DONE + SYNC + query(SELECT),
    "copy with bad data": once(b"COPY t FROM STDIN") + copy_data(b"x\n") + COPY_DONE + SYNC,
    "many statements": query(ONE + b"; SELECT look(); BEGIN; " + ONE) + query(b"COMMIT"),
    "savepoints": query(b"BEGIN; SAVEPOINT s")
    + once(b"TABLE nosuch")
    + query(b"ROLLBACK TO s")
    + once(ONE)
    + query(b"COMMIT"),
    "rollback in a pipeline": query(b"BEGIN") + extended(ONE) + extended(b"ROLLBACK") + SYNC,
    "nothing": query(b"") + once(b"") + SYNC,
}


@pytest.mark.parametrize("data", CONVERSATIONS.values(), ids=CONVERSATIONS.keys())
@pytest.mark.parametrize(("demo", "lacks"), STANDINGS)
@pytest.mark.parametrize("old", [False, True], ids=["new server", "old server"])
def test_an_honest_driver_sees_no_difference(
    data: bytes, demo: bool, lacks: bool, old: bool
) -> None:
    talk = Talk(ScriptedJudge(demo=demo, lacks=lacks, cap=99))
    talk.server.old = old
    talk.client(data, [7] * 30)
    talk.settle()
    assert kinds(talk.take()) == kinds(direct(data))
    assert not talk.closed


# The cap


@pytest.mark.parametrize("data", [query(NINE), once(NINE)])
def test_an_insert_over_the_cap_is_undone(data: bytes) -> None:
    talk = capped()
    assert talk.say(data).endswith("E53400 ZI")
    assert talk.server.engine.commits == []
    assert [j.verdict.message for j in talk.judged] == ["full"]


@pytest.mark.parametrize("commit", [query(b"COMMIT"), once(b"COMMIT")])
def test_a_check_that_fails_before_a_commit_leaves_the_client_idle(commit: bytes) -> None:
    talk = capped()
    talk.say(query(b"BEGIN") + query(b"INSERT INTO later VALUES (9)"))
    assert talk.say(commit).endswith("E53400 ZI")
    assert talk.say(query(SELECT)) == "T D C ZI"
    assert talk.server.engine.commits == []


def test_inside_a_block_a_full_table_aborts_the_block() -> None:
    talk = capped()
    talk.say(query(b"BEGIN"))
    assert talk.say(query(NINE)) == "E53400 ZE"
    assert talk.say(query(SELECT)) == "E25P02 ZE"
    assert talk.say(query(b"ROLLBACK")) == "C ZI"


def test_every_commit_is_checked_last() -> None:
    talk = capped()
    talk.say(query(ONE) + once(ONE))
    talk.say(query(b"BEGIN") + once(ONE) + query(ONE) + once(b"COMMIT"))
    talk.say(query(b"INSERT INTO later VALUES (1)") + once(b"INSERT INTO later VALUES (1)"))
    assert [commit.checked for commit in talk.server.engine.commits] == [True] * 5


def test_planning_alone_owes_a_check() -> None:
    talk = capped()
    assert talk.say(parse(b"", b"SELECT fold()") + bind(b"", b"") + SYNC) == "1 2 E53400 ZI"
    assert talk.server.engine.commits == []


def test_a_procedure_cannot_commit_what_is_not_checked() -> None:
    for old in (False, True):
        talk = capped()
        talk.server.old = old
        talk.say(extended(TWO) + extended(b"CALL fill()") + SYNC)
        talk.say(query(b"CALL fill()") + once(b"CALL fill()"))
        assert talk.server.engine.commits == []


# Attacks on what is believed


@pytest.mark.parametrize("text", [query(b"SELECT fail(); COMMIT"), extended(b"SELECT fail()")])
def test_a_commit_that_an_error_kept_from_running_settles_nothing(text: bytes) -> None:
    talk = capped()
    talk.say(query(b"BEGIN") + query(b"INSERT INTO later VALUES (9); SAVEPOINT s"))
    talk.say(text + (b"" if text[:1] == b"Q" else extended(b"COMMIT") + SYNC))
    assert talk.say(query(b"ROLLBACK TO s")) == "C ZT"
    assert talk.say(query(b"COMMIT")).endswith("E53400 ZI")


def test_a_begin_in_front_of_a_query_is_not_remembered_for_ever() -> None:
    talk = capped()
    talk.say(extended(b"BEGIN") + query(b"COMMIT"))
    assert talk.say(query(b"INSERT INTO later VALUES (9)")) == "E53400 ZI"


def test_a_parse_skipped_behind_an_error_hides_no_earlier_one() -> None:
    talk = capped()
    talk.say(
        parse(b"", NINE) + bind(b"x", b"nosuch") + parse(b"", SELECT) + parse(b"", SELECT) + SYNC
    )
    assert talk.say(bind(b"", b"") + execute(b"") + SYNC).endswith("E53400 ZI")


def test_a_bind_skipped_behind_an_error_hides_no_earlier_portal() -> None:
    talk = capped()
    talk.say(query(b"BEGIN") + parse(b"n", NINE) + parse(b"r", b"ROLLBACK TO s") + SYNC)
    talk.say(
        bind(b"", b"n") + parse(b"p", b"SAVEPOINT s") + bind(b"p", b"p") + execute(b"p") + SYNC
    )
    talk.say(parse(b"", SELECT) + execute(b"nosuch") + bind(b"", b"") + SYNC)
    talk.say(bind(b"r", b"r") + execute(b"r") + SYNC)
    assert "E53400" in talk.say(execute(b"") + SYNC)


def test_a_name_that_sql_made_anew_is_not_what_it_was() -> None:
    talk = capped()
    talk.say(parse(b"a", b"COMMIT") + SYNC)
    talk.say(query(b"DEALLOCATE a") + query(b"PREPARE a AS " + NINE))
    assert "E53400" in talk.say(bind(b"", b"a") + execute(b"") + SYNC)


def test_a_cursor_of_sqls_is_not_the_portal_that_had_its_name() -> None:
    talk = lacking()
    talk.say(parse(b"s", b"COMMIT") + bind(b"p", b"s") + close(b"P", b"p") + SYNC)
    talk.say(query(b"BEGIN; DECLARE p CURSOR FOR SELECT peek()"))
    assert "E42501" in talk.say(execute(b"p") + SYNC)


@pytest.mark.parametrize("text", [b"EXECUTE c", b"EXECUTE c; SELECT generate_series(1, 1)"])
def test_a_commit_by_execute_ends_the_connection(text: bytes) -> None:
    talk = capped()
    talk.say(parse(b"c", b"COMMIT") + SYNC)
    talk.say(query(b"BEGIN") + query(b"INSERT INTO later VALUES (9)"))
    talk.say(query(text))
    assert talk.server.dead
    assert talk.server.engine.commits == []


def test_a_copy_that_fails_hides_nothing_behind_it() -> None:
    talk = capped()
    attack = extended(b"COPY trap FROM STDIN") + SYNC + extended(NINE) + SYNC
    talk.say(attack)
    assert talk.server.engine.commits == []
    talk = capped()
    talk.say(extended(b"COPY nosuch FROM STDIN") + SYNC + extended(NINE) + SYNC)
    assert talk.server.engine.commits == []


def test_a_check_out_of_step_ends_the_session_and_releases_nothing() -> None:
    talk = lacking()
    talk.client(query(b"SELECT peek()"))
    forged = direct(query(b"SELECT peek(); SELECT peek(); SELECT peek()"))
    talk.perform(talk.session.server_data(forged))
    assert "check without its row" in talk.closed
    assert b"topsecret" not in talk.take()


# The watch


@pytest.mark.parametrize("name", ["peek", "blab", "blurt"])
@pytest.mark.parametrize("send", [query, once])
def test_nothing_of_what_touches_a_licensed_table_gets_out(
    name: str, send: Callable[[bytes], bytes]
) -> None:
    talk = lacking()
    talk.client(send(f"SELECT {name}()".encode()))
    talk.settle()
    seen = talk.take()
    assert b"topsecret" not in seen
    assert kinds(seen).endswith("E42501 ZI")


def test_replies_too_large_to_hold_end_the_session() -> None:
    talk = Talk(ScriptedJudge(lacks=True), limits=Limits(watched=10))
    assert talk.say(query(b"SELECT shout()")) == "E42501"
    assert "over their bound" in talk.closed
    assert talk.session.client_data(query(SELECT)) == []
    assert talk.session.server_data(b"Z\0\0\0\5I") == []
    assert talk.session.resume() == []


# Refusals


def test_a_refusal_keeps_its_place_in_a_pipeline() -> None:
    talk = lacking()
    data = extended(SELECT) + extended(b"TABLE secret") + extended(SELECT) + SYNC + once(SELECT)
    assert talk.say(data) == "1 2 T D C E42501 ZI 1 2 T D C ZI"


def test_a_refused_parse_never_lets_an_earlier_statement_run() -> None:
    for name in (b"", b"s"):
        talk = lacking()
        talk.say(parse(name, SELECT) + SYNC)
        again = parse(name, b"TABLE secret") + bind(b"", name) + execute(b"") + SYNC
        assert talk.say(again) == "E42501 ZI"
    assert (
        talk.say(parse(b"", SELECT) + SYNC + parse(b"", b"TABLE secret") + SYNC) == "1 ZI E42501 ZI"
    )
    assert talk.say(bind(b"", b"") + SYNC).startswith("E")


def test_a_refusal_has_the_fields_of_its_verdict() -> None:
    talk = lacking()
    talk.client(query(b"TABLE secret"))
    talk.settle()
    fields = read_fields(messages(talk.take())[0])
    assert (fields["S"], fields["C"], fields["M"]) == (b"ERROR", b"42501", b"refused")


# Licenses change


def test_a_license_that_ends_inside_a_transaction_ends_what_it_allowed() -> None:
    talk = Talk(ScriptedJudge())
    talk.say(query(b"BEGIN") + query(NINE))
    talk.judge.become(demo=True)
    assert talk.say(query(b"COMMIT")).endswith("E53400 ZI")


def test_a_license_that_ends_between_the_rows_of_a_portal_ends_them() -> None:
    talk = Talk(ScriptedJudge())
    talk.say(query(b"BEGIN") + parse(b"s", b"TABLE secret") + bind(b"", b"s") + SYNC)
    talk.judge.become(lacks=True)
    assert "E42501" in talk.say(execute_some(b"", 1) + SYNC)


def test_a_license_that_ends_inside_a_pipeline_is_noticed_at_its_sync() -> None:
    talk = Talk(ScriptedJudge())
    talk.say(extended(NINE))
    talk.judge.become(demo=True)
    assert talk.say(SYNC).endswith("E53400 ZI")


def test_what_was_licensed_when_it_ran_is_no_error_at_the_sync() -> None:
    talk = Talk(ScriptedJudge())
    assert talk.say(extended(b"TABLE secret") + FLUSH) == "1 2 T D C"
    talk.judge.become(lacks=True)
    assert talk.say(SYNC) == "ZI"
    assert "E42501" in talk.say(once(b"TABLE secret"))


def test_what_is_watched_behind_the_end_of_a_license_is_checked_at_once() -> None:
    talk = Talk(ScriptedJudge())
    assert talk.say(extended(b"SELECT look()") + FLUSH) == "1 2 T D C"
    talk.judge.become(lacks=True)
    assert talk.say(extended(b"SELECT peek()") + SYNC).endswith("E42501 ZI")


def test_a_license_that_comes_inside_a_transaction_is_noticed_at_once() -> None:
    talk = capped()
    talk.say(query(b"BEGIN") + query(TWO))
    talk.judge.become()
    assert talk.say(query(NINE) + query(b"COMMIT")) == "C ZT C ZI"


def test_counters_of_what_was_licensed_are_not_held_against_the_user() -> None:
    talk = Talk(ScriptedJudge())
    talk.say(query(SELECT))
    talk.judge.become(lacks=True)
    sent: list[bytes] = []
    talk.listen = sent.append
    assert talk.say(query(SELECT)) == "T D C ZI"
    assert b"pg_stat_force_next_flush" in b"".join(sent)
    assert b"CLOSE ALL" in b"".join(sent)


# What the edge asks


def test_a_session_is_busy_while_a_transaction_is_open_or_an_answer_is_due() -> None:
    talk = Talk(ScriptedJudge())
    assert not talk.session.busy
    talk.say(query(b"BEGIN"))
    assert talk.session.busy
    talk.say(query(b"COMMIT"))
    assert not talk.session.busy
    talk.client(query(SELECT))
    assert talk.session.busy


def test_a_session_waits_while_it_holds_messages_back() -> None:
    talk = Talk(ScriptedJudge(lacks=True, at_once=False))
    talk.client(query(SELECT))
    assert talk.session.waiting
    talk.settle()
    assert not talk.session.waiting


@pytest.mark.parametrize("size", [1, 3, 1 << 10])
def test_a_greeting_comes_right_before_the_first_ready(size: int) -> None:
    notice, server = notice_response({"M": "expires"}), ModelServer()
    opening = server.greet()
    for greeting in (notice, b""):
        session = Session(ScriptedJudge(), greeting=greeting)
        seen = b"".join(
            effect.data
            for at in range(0, len(opening), size)
            for effect in session.server_data(opening[at : at + size])
            if isinstance(effect, Write)
        )
        assert seen == opening[:-6] + greeting + opening[-6:]
        session.client_data(query(SELECT))
        (again,) = session.server_data(opening[-6:])
        assert again == Write(Peer.CLIENT, opening[-6:])


# What names mean by the time a statement runs


SECRETLY = b"SELECT peek()"


def test_what_was_proven_and_means_another_thing_by_now_is_undone() -> None:
    talk = Talk(ScriptedJudge(lacks=True, fickle=True, fooled=True))
    assert talk.say(query(SECRETLY)) == "E42501 ZI"
    assert talk.say(once(SECRETLY)) == "1 E42501 ZI"


def test_what_was_proven_goes_the_short_way_and_comes_back_so() -> None:
    talk = Talk(ScriptedJudge(lacks=True, fickle=True))
    for _ in range(3):
        assert talk.say(query(SELECT)) == "T D C ZI"
        assert talk.say(once(SELECT)) == "1 2 T D C ZI"
    assert talk.server.engine.witnessed == ["true"] * 6
    assert talk.judge.doubts == []  # nothing was asked of the judge but what it had said before
    assert talk.say(query(b"BEGIN"), query(SELECT), query(SELECT)) == "C ZT T D C ZT T D C ZT"
    assert talk.say(query(SELECT)) == "T D C ZT"
    assert talk.server.engine.witnessed[6:] == ["false"] * 3


@pytest.mark.parametrize("at", [1, 10, 40, 70, 100])
def test_an_answer_in_pieces_goes_the_long_way(at: int) -> None:
    talk = Talk(ScriptedJudge(lacks=True, fickle=True))
    talk.client(query(SELECT))
    talk.move(1 << 30, at)
    talk.settle()
    assert kinds(talk.take()) == "T D C ZI"
    assert talk.say(query(SELECT)) == "T D C ZI"


def test_messages_that_came_meanwhile_are_taken_when_the_answer_has_come() -> None:
    talk = Talk(ScriptedJudge(lacks=True, fickle=True))
    talk.client(query(SELECT))
    talk.client(query(SELECT))
    assert talk.session.waiting
    talk.settle()
    assert kinds(talk.take()) == "T D C ZI T D C ZI"


def test_an_error_passes_if_names_meant_what_they_did() -> None:
    talk = Talk(ScriptedJudge(lacks=True, fickle=True, fooled=True))
    assert talk.say(query(b"SELECT fail()")) == "T E22012 ZI"
    talk.judge.moved = True
    assert talk.say(query(b"SELECT fail()")) == "E42501 ZI"


def test_the_servers_bytes_wait_for_the_answer() -> None:
    talk = Talk(ScriptedJudge(lacks=True, fickle=True, fooled=True))
    talk.client(query(b"SELECT fail()"))
    replies = talk.server.feed(talk.to_server)
    talk.to_server = b""
    effects = talk.session.server_data(replies)
    assert effects[0] == Confirm(0)
    assert effects[1:] == [Write(Peer.CLIENT, b"")]
    assert talk.session.asking
    assert talk.session.server_data(b"") == []
    (write,) = talk.session.confirmed(confirmed=True)
    assert isinstance(write, Write)
    assert kinds(write.data) == "T E22012 ZI"


def test_a_mark_is_as_old_as_the_transaction() -> None:
    talk = Talk(ScriptedJudge(lacks=True, fickle=True, fooled=True))
    talk.say(query(b"BEGIN"))
    talk.judge.marks += 1
    assert talk.say(query(b"SELECT fail()")) == "E42501 ZE"
    assert talk.say(query(b"ROLLBACK")) == "C ZI"
    assert talk.say(query(b"SELECT fail()")) == "T E22012 ZI"
