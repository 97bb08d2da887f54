"""The short way notes what the long way would, and leaves what is not plain to it."""

import pytest
from peers import ScriptedJudge, copy_data, describe, extended

from pgtoll.session.clear import look, pass_replies, pass_requests
from pgtoll.session.conversation import Conversation
from pgtoll.session.progress import Limits, Waiting
from pgtoll.session.requests import Requests
from pgtoll.wire.messages import (
    FLUSH,
    SYNC,
    bind,
    close,
    error_response,
    execute,
    message,
    parse,
    query,
)
from pgtoll.wire.splitter import Splitter

SELECT = b"SELECT generate_series(1, 1)"
READY, READY_IN_BLOCK = message(b"Z", b"I"), message(b"Z", b"T")
ROUND = extended(SELECT) + SYNC
ANSWERS = b"".join(message(kind, b"") for kind in (b"1", b"2", b"T", b"D"))
ANSWERS += message(b"C", b"SELECT 1\0")


def conversation() -> Conversation:
    c = Conversation(ScriptedJudge(), Limits(statement=1000))
    c.clear = True
    c.waiting = Waiting.NO
    c.rounds.clear()
    c.greeted = True
    look(c)
    return c


def test_rounds_steps_and_names_are_noted() -> None:
    c = conversation()
    assert pass_requests(c, ROUND + query(SELECT) + parse(b"", SELECT)) == len(
        ROUND + query(SELECT) + parse(b"", SELECT)
    )
    assert [round_.query for round_ in c.rounds] == [False, True]
    assert c.sent == 1
    found = c.names.statement(b"")
    assert found is not None
    assert found.sql == SELECT


def test_replies_end_rounds_and_make_names_certain() -> None:
    c = conversation()
    pass_requests(c, ROUND)
    assert pass_replies(c, ANSWERS + READY) == len(ANSWERS + READY)
    assert not c.rounds
    assert c.done == 0
    assert c.names.statements.certain(b"")
    assert c.tx.explicit is False


def test_the_state_of_the_transaction_is_the_servers_word() -> None:
    c = conversation()
    pass_requests(c, query(b"BEGIN"))
    pass_replies(c, READY_IN_BLOCK)
    assert c.tx.explicit is True
    pass_requests(c, execute(b""))
    assert c.tx.explicit is None


@pytest.mark.parametrize(
    "other",
    [
        parse(b"s", SELECT),
        bind(b"p", b""),
        close(b"S", b"s"),
        FLUSH,
        copy_data(b"1\n"),
        query(b"x" * 2000),
        query(SELECT)[:-1],
        message(b"B", b""),
        message(b"P", b"\0unended"),
    ],
)
def test_what_is_not_plain_is_left_to_the_long_way(other: bytes) -> None:
    first = query(SELECT)
    assert pass_requests(conversation(), first + other) == len(first)


def test_a_query_behind_unsynced_messages_is_left_to_the_long_way() -> None:
    data = describe(b"S")
    assert pass_requests(conversation(), data + query(SELECT)) == len(data)


@pytest.mark.parametrize(
    "other",
    [
        error_response({"C": "22012"}),
        message(b"C", b"CREATE TABLE\0"),
        message(b"S", b"client_encoding\0UTF8\0"),
        message(b"G", b""),
        READY[:-1],
    ],
)
def test_replies_that_mean_something_are_left_to_the_long_way(other: bytes) -> None:
    c = conversation()
    pass_requests(c, ROUND)
    assert pass_replies(c, ANSWERS + other) == len(ANSWERS)


def test_a_ready_for_query_that_nobody_waits_for_is_left_to_the_long_way() -> None:
    assert pass_replies(conversation(), READY) == 0


@pytest.mark.parametrize("mark", ["skipping", "copy_due", "copy_in", "copy_ended"])
def test_while_something_is_under_way_nothing_takes_the_short_way(mark: str) -> None:
    c = conversation()
    setattr(c, mark, True)
    look(c)
    assert pass_requests(c, query(SELECT)) == 0


@pytest.mark.parametrize("mark", ["altered", "copy_due", "copy_in", "copy_ended"])
def test_nor_do_replies(mark: str) -> None:
    c = conversation()
    setattr(c, mark, True)
    look(c)
    assert pass_replies(c, ANSWERS) == 0


@pytest.mark.parametrize("mark", ["roll_back", "rewound"])
def test_nor_does_the_end_of_a_round_that_means_more(mark: str) -> None:
    c = conversation()
    pass_requests(c, query(SELECT))
    setattr(c, mark, True)
    look(c)
    assert pass_replies(c, ANSWERS + READY) == len(ANSWERS)


def test_both_ways_note_the_same() -> None:
    short, long = conversation(), conversation()
    data = ROUND + extended(SELECT) + SYNC + query(SELECT) + parse(b"", b"SELECT look()")
    pass_requests(short, data)
    splitter = Splitter(whole=b"QPBEDCSHFXcfp", through=b"d", limit=1000)
    Requests(long).take(splitter.feed(data))
    assert b"".join(long.to_server) == data
    assert (short.sent, len(short.rounds)) == (long.sent, len(long.rounds))
    texts = [found and found.sql for found in (c.names.statement(b"") for c in (short, long))]
    assert texts == [b"SELECT look()"] * 2
    assert (str(short.tx), short.acted) == (str(long.tx), long.acted)


@pytest.mark.parametrize("one", [message(b"P", b""), message(b"P", b"\0")])
def test_a_parse_that_holds_nothing_is_left_to_the_long_way(one: bytes) -> None:
    assert pass_requests(conversation(), one) == 0


def test_a_ready_that_holds_nothing_is_left_to_the_long_way() -> None:
    c = conversation()
    pass_requests(c, query(SELECT))
    assert pass_replies(c, message(b"Z", b"")) == 0


def test_what_came_again_counts_no_more_when_something_else_came() -> None:
    c = conversation()
    other = b"SELECT 2"
    pass_requests(c, parse(b"", SELECT) + SYNC)
    pass_replies(c, message(b"1", b"") + READY)
    pass_requests(c, parse(b"", SELECT) + parse(b"", other) + parse(b"", SELECT))
    found = c.names.statement(b"")
    assert found is not None
    assert found.sql == SELECT


def test_nor_does_a_name_that_was_bound_again() -> None:
    c = conversation()
    for name, sql in ((b"a", SELECT), (b"b", b"SELECT 2")):
        c.names.parse(name, sql, 0)
    c.names.answered(c.names.end_round(), None, idle=True)
    pass_requests(c, bind(b"", b"a") + SYNC)
    pass_replies(c, message(b"2", b"") + READY)
    pass_requests(c, bind(b"", b"a") + bind(b"", b"b") + bind(b"", b"a"))
    found = c.names.portal(b"")
    assert found is not None
    assert found.sql == SELECT
