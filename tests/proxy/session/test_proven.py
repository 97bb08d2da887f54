"""The short way does what the long way would, and leaves what is not plain to it."""

import pytest
from peers import ScriptedJudge, describe, extended, once

from pgtoll.session.conversation import Conversation
from pgtoll.session.progress import Limits
from pgtoll.session.proven import pass_answer, pass_round
from pgtoll.session.replies import StepKind
from pgtoll.wire.messages import (
    FLUSH,
    SYNC,
    bind,
    close,
    data_row,
    error_response,
    execute,
    message,
    notice_response,
    parse,
    query,
)

SELECT = b"SELECT generate_series(1, 1)"
RUN = bind(b"", b"a") + execute(b"") + SYNC
ROWS, ROW = message(b"T", b"\0\1n\0" + bytes(18)), data_row(b"1")
DONE, READY = message(b"C", b"SELECT 1\0"), message(b"Z", b"I")
BOUND, CLOSED = message(b"1", b"") + message(b"2", b""), message(b"3", b"") * 2


def conversation(*, moved: bool = False) -> Conversation:
    judge = ScriptedJudge(lacks=True, fickle=True, moved=moved)
    c = Conversation(judge, Limits(statement=1000))
    c.rounds.clear()
    c.greeted = True
    return c


def named(c: Conversation, sql: bytes = SELECT) -> Conversation:
    """A conversation in which a statement was prepared under a name."""
    c.names.parse(b"a", sql, 0)
    c.names.answered(c.names.end_round(), None, idle=True)
    return c


def check(c: Conversation, final: bytes = b"true") -> bytes:
    return b"SELECT pgtoll.witness(3,ARRAY[]::int[],ARRAY[1]::int[]," + final + b")," + c.nonce


def kinds(c: Conversation) -> list[StepKind]:
    return [step.kind for step in c.replies.steps]


# The client's side


def test_a_query_goes_with_its_check_behind_it() -> None:
    c = conversation()
    assert pass_round(c, query(SELECT)) == query(SELECT + b"\n;" + check(c))
    assert kinds(c) == [StepKind.CLIENT, StepKind.CHECK, StepKind.SYNC]
    assert c.replies.steps[0].fickle
    assert [one.query for one in c.rounds] == [True]
    assert (c.tx.unsettled, c.tx.fickle, c.tx.accounted) == (True, True, False)
    assert (c.short, c.checked_sql) == (1, SELECT)


def test_a_parse_that_makes_values_is_as_fickle_as_the_rest() -> None:
    c = named(conversation())
    assert pass_round(c, once(b"SELECT generate_series(1, 1) -- '")) is not None
    assert [step.fickle for step in c.replies.steps][:4] == [True, True, False, True]


@pytest.mark.parametrize(
    ("data", "steps"),
    [(once(SELECT), 4), (extended(SELECT).replace(describe(b"P"), b"") + SYNC, 3), (RUN, 2)],
)
def test_a_round_goes_with_its_check_before_the_sync(data: bytes, steps: int) -> None:
    c = named(conversation())
    sent = pass_round(c, data)
    assert sent is not None
    assert sent.startswith(data[: -len(SYNC)])
    assert sent.endswith(SYNC)
    assert sent.count(check(c)) == 1
    assert c.short == steps
    ours = [StepKind.HIDDEN] * 2 + [StepKind.CHECK] + [StepKind.HIDDEN] * 2
    assert kinds(c) == [*[StepKind.CLIENT] * steps, *ours, StepKind.SYNC]
    assert [step.fickle for step in c.replies.steps][:steps].count(True) == 2
    assert [one.sent for one in c.rounds] == [steps + 5]


def test_names_mean_what_the_round_says() -> None:
    c = conversation()
    pass_round(c, once(SELECT))
    c.names.answered(c.rounds.popleft().changes, None, idle=True)
    for found in (c.names.statement(b""), c.names.portal(b"")):
        assert found is not None
        assert found.sql == SELECT
    c.replies.steps.clear()
    pass_round(c, once(SELECT))
    assert not c.rounds.next.changes


def test_in_a_block_the_check_is_not_the_last_and_the_mark_is_as_old_as_the_block() -> None:
    c = conversation(moved=True)
    c.tx.explicit, c.mark = True, "older"
    assert pass_round(c, query(SELECT)) == query(SELECT + b"\n;" + check(c, b"false"))
    assert c.mark == "older"
    c = conversation(moved=True)
    pass_round(c, query(SELECT))
    assert c.mark == -1


@pytest.mark.parametrize(
    "other",
    [
        query(b"SELECT look()"),
        query(b"COMMIT"),
        query(SELECT + b"; " + SELECT),
        query(b""),
        query(SELECT + b" " * 1000),
        query(SELECT)[:-1],
        query(SELECT) + SYNC,
        message(b"Q", SELECT + b"\0more\0"),
        b"Q",
        SYNC,
        RUN[:-1],
        RUN + SYNC,
        RUN + FLUSH,
        RUN[: -len(SYNC)],
        bind(b"p", b"a") + execute(b"p") + SYNC,
        bind(b"", b"a") + execute(b"p") + SYNC,
        bind(b"", b"b") + execute(b"") + SYNC,
        bind(b"", b"") + execute(b"") + SYNC,
        bind(b"", b"a") + execute(b"") + execute(b"") + SYNC,
        execute(b"") + SYNC,
        bind(b"", b"a") + describe(b"P", b"p") + execute(b"") + SYNC,
        bind(b"", b"a") + describe(b"S", b"a") + execute(b"") + SYNC,
        close(b"S", b"a") + RUN,
        parse(b"b", SELECT) + bind(b"", b"b") + execute(b"") + SYNC,
        parse(b"", SELECT) + RUN,
        parse(b"", b"SELECT look()") + bind(b"", b"") + execute(b"") + SYNC,
        message(b"P", b"\0unended") + bind(b"", b"") + execute(b"") + SYNC,
        message(b"B", b"\0unended") + execute(b"") + SYNC,
        message(b"B", b"") + execute(b"") + SYNC,
        bind(b"", b"a") + message(b"E", b"") + SYNC,
        b"B\0\0\0\3" + execute(b"") + SYNC,
    ],
)
def test_what_is_not_plain_is_left_as_it_is(other: bytes) -> None:
    c = named(conversation())
    before = (str(c.tx), c.names.changes)
    assert pass_round(c, other) is None
    assert (str(c.tx), c.names.changes) == before
    assert (len(c.rounds), c.replies.active, c.short) == (0, False, 0)


@pytest.mark.parametrize("data", [query(SELECT), RUN, once(SELECT)])
@pytest.mark.parametrize(
    "doubt",
    [
        *("dirty", "skipping", "copy_due", "copy_in", "copy_ended", "altered", "surely_altered"),
        *("remains", "muddled", "late", "sent"),
    ],
)
def test_nothing_takes_the_short_way_while_anything_is_under_way(doubt: str, data: bytes) -> None:
    c = named(conversation())
    setattr(c, doubt, 1)
    assert pass_round(c, data) is None


@pytest.mark.parametrize("state", ["failed", "accounted", "fires", "watched"])
def test_what_is_owed_in_a_transaction_takes_the_long_way(state: str) -> None:
    c = conversation()
    c.tx.explicit = True
    assert pass_round(c, query(SELECT)) is not None
    c = conversation()
    c.tx.explicit = True
    setattr(c.tx, state, True)
    assert pass_round(c, query(SELECT)) is None


def test_what_is_not_known_takes_the_long_way() -> None:
    for change in (
        lambda c: setattr(c.tx, "explicit", None),
        lambda c: setattr(c.settings, "moved", True),
        lambda c: setattr(c.identity, "follows", True),
        lambda c: setattr(c.judge, "observe", True),
        lambda c: setattr(c.judge, "short", False),
        lambda c: c.rounds.append(None),
        lambda c: c.replies.follow(1),
    ):
        c = conversation()
        change(c)
        assert pass_round(c, query(SELECT)) is None


def test_in_a_block_that_sqls_execute_may_have_ended_the_long_way_looks() -> None:
    c = conversation()
    c.names.odd = True
    assert pass_round(c, query(SELECT)) is not None
    c = conversation()
    c.names.odd = c.tx.explicit = True
    assert pass_round(c, query(SELECT)) is None


def test_what_an_error_has_left_of_ours_is_closed_by_the_long_way() -> None:
    c = named(conversation())
    c.leftover = True
    assert pass_round(c, RUN) is None
    assert pass_round(c, query(SELECT)) is not None


def test_a_name_that_sql_may_have_given_another_meaning_takes_the_long_way() -> None:
    c = named(conversation())
    c.names.taint()
    assert pass_round(c, RUN) is None
    c = conversation()
    c.names.parse(b"a", SELECT, 0, settings=c.settings.reports)
    c.names.answered(c.names.end_round(), None, idle=True)
    c.settings.reports += 1
    assert pass_round(c, RUN) is None


# The server's side


def answered(c: Conversation, *replies: bytes, steps: int | None = None) -> int:
    return pass_answer(c, b"".join(replies), c.short if steps is None else steps)


def test_the_answer_to_a_query_is_the_clients_up_to_the_check() -> None:
    c = conversation()
    pass_round(c, query(SELECT))
    own = ROWS + ROW * 3 + DONE
    assert answered(c, own, ROWS, c.check_row, DONE, READY) == len(own)
    assert answered(c, message(b"C", b"INSERT 0 1\0"), ROWS, c.check_row, DONE, READY) == 16


def test_the_answer_to_a_round_is_the_clients_up_to_the_check() -> None:
    c = conversation()
    pass_round(c, once(SELECT))
    own = BOUND + ROWS + ROW + DONE
    assert answered(c, own, BOUND, c.check_row, DONE, CLOSED, READY) == len(own)
    suspended = BOUND + ROWS + ROW + message(b"s", b"")
    assert answered(c, suspended, BOUND, c.check_row, DONE, CLOSED, READY) == len(suspended)


@pytest.mark.parametrize(
    "own",
    [
        ROWS + ROW,
        ROWS + ROW + DONE + DONE,
        ROWS + ROW + DONE + ROWS,
        ROWS + notice_response({"M": "x"}) + DONE,
        message(b"S", b"a\0b\0") + DONE,
        message(b"C", b"CREATE TABLE\0"),
        message(b"I", b""),
        error_response({"C": "22012"}),
        b"D\0\0\0\0" + DONE,
        b"D\0\0\1\0" + DONE,
        ROWS + b"C\0\0\1\0SELECT 1\0",
        b"",
    ],
)
def test_another_answer_to_a_query_is_taken_step_by_step(own: bytes) -> None:
    c = conversation()
    pass_round(c, query(SELECT))
    assert answered(c, own, ROWS, c.check_row, DONE, READY) == 0


@pytest.mark.parametrize(
    "own",
    [
        BOUND + ROWS + ROW,
        BOUND + ROWS + ROW + DONE + DONE,
        BOUND + ROWS + notice_response({"M": "x"}) + DONE,
        BOUND + ROWS + message(b"C", b"CREATE TABLE\0"),
        BOUND + ROWS + error_response({"C": "22012"}),
        BOUND + ROWS + b"D\0\0\0\0" + DONE,
        BOUND + ROWS + DONE + b"D\0\0\1\0",
        b"",
    ],
)
def test_another_answer_to_a_round_is_taken_step_by_step(own: bytes) -> None:
    c = conversation()
    pass_round(c, once(SELECT))
    assert answered(c, own, BOUND, c.check_row, DONE, CLOSED, READY) == 0


def test_a_check_that_says_anything_else_is_read_by_the_long_way() -> None:
    c = conversation()
    pass_round(c, query(SELECT))
    own = ROWS + ROW + DONE
    for row in (data_row(b"t", c.nonce), data_row(b"f", b"1" + c.nonce), data_row(b"f"), b""):
        assert answered(c, own, ROWS, row, DONE, READY) == 0
    whole = own + ROWS + c.check_row + DONE + READY
    assert all(answered(c, whole[:size]) == 0 for size in range(len(whole)))
    assert answered(c, whole, READY) == 0
    assert answered(c, own, ROWS, c.check_row, message(b"C", b"SELECT 2\0"), READY) == 0


def test_a_row_that_looks_like_the_check_is_a_row() -> None:
    c = conversation()
    pass_round(c, query(SELECT))
    fake = ROWS + c.check_row + DONE + READY
    assert answered(c, ROWS, data_row(b"x" + fake)) == 0
    assert answered(c, ROWS, data_row(DONE + fake)) == 0
    assert answered(c, DONE, data_row(fake)) == 0
