"""What a pipeline sends again goes the short way, and everything else ends that."""

from collections.abc import Callable

import pytest
from peers import ScriptedJudge, Talk, describe, execute_some, extended, messages

from pgtoll.session import repeats
from pgtoll.session.repeats import may_repeat, message_end
from pgtoll.wire.messages import FLUSH, SYNC, bind, close, execute, message, parse

SELECT, INSERT = b"SELECT generate_series(1, 1)", b"INSERT INTO t SELECT generate_series(1, 1)"
NAMES = parse(b"a", SELECT) + parse(b"i", INSERT) + parse(b"look", b"SELECT look()") + SYNC
RUN = bind(b"", b"a") + execute(b"")
SHOWN = bind(b"", b"a") + describe(b"P") + execute(b"")
FILL = bind(b"", b"i") + execute(b"")

Short = list[bytes]


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> Short:
    """What goes the short way, stretch by stretch."""
    went: Short = []
    pass_again = repeats.pass_again

    def seen(c: object, known: object, data: bytes, start: int) -> int:
        end: int = pass_again(c, known, data, start)  # type: ignore[arg-type]
        if end > start:
            went.append(data[start:end])
        return end

    monkeypatch.setattr("pgtoll.session.requests.pass_again", seen)
    return went


def talk(judge: ScriptedJudge | None = None) -> Talk:
    t = Talk(judge or ScriptedJudge(demo=True, lacks=True, fickle=True))
    t.say(NAMES)
    return t


JUDGES: list[Callable[[], ScriptedJudge]] = [
    lambda: ScriptedJudge(lacks=True, fickle=True),
    lambda: ScriptedJudge(demo=True, cap=1000),
    lambda: ScriptedJudge(lacks=True, fickle=True, observe=True),
]


@pytest.mark.parametrize("judge", JUDGES)
@pytest.mark.parametrize("one", [RUN, SHOWN, FILL, extended(SELECT)])
def test_all_but_the_first_two_go_the_short_way(
    judge: Callable[[], ScriptedJudge], one: bytes, short: Short
) -> None:
    t = talk(judge())
    got = t.say(one * 50 + SYNC)
    times = len(short[0]) // len(one)
    assert short == [one * times]
    assert times in (48, 49)  # the first may come before steps are followed
    assert got.split().count("C") == 50
    assert got.endswith("ZI")
    assert t.judge.counted == times * sum(kind[:1] in b"PBE" for kind in messages(one))


def test_several_statements_may_take_turns(short: Short) -> None:
    t = talk(ScriptedJudge(demo=True, lacks=True, fickle=True, cap=1000))
    t.say((RUN + FILL) * 4 + SYNC)
    assert short == [(RUN + FILL) * 3]
    short.clear()
    t.say(RUN * 2 + FILL * 2 + SHOWN * 2 + SYNC)
    assert short == [RUN, FILL + SHOWN * 2]


def test_a_portal_may_be_run_in_pieces(short: Short) -> None:
    one = bind(b"", b"a") + execute_some(b"", 1) + execute_some(b"", 1)
    talk().say(one * 3 + SYNC)
    assert short[-1] == one * 2


@pytest.mark.parametrize(
    "other",
    [
        FLUSH,
        SYNC,
        close(b"S", b"a") + parse(b"a", SELECT),
        close(b"P", b""),
        parse(b"a2", SELECT),
        extended(b"SET standard_conforming_strings = off"),
        extended(b"SELECT look()"),
        extended(b"BEGIN"),
        extended(b"CREATE"),
        bind(b"", b"look") + execute(b""),
        bind(b"p", b"a") + execute(b"p"),
        bind(b"", b"nosuch"),
        describe(b"S", b"a"),
    ],
)
def test_what_is_not_plain_has_everything_read_anew(other: bytes, short: Short) -> None:
    t = talk()
    data = RUN * 3 + other + RUN * 3
    t.client(data + SYNC)
    again = [one for one in short if one.startswith(RUN[:1])]
    assert again in ([RUN * 2, RUN * 2], [RUN * 2])


def test_nothing_is_known_of_the_bytes_before(short: Short) -> None:
    t = talk()
    t.client(RUN * 3)
    t.client(RUN * 3 + SYNC)
    assert short == [RUN * 2, RUN * 2]


def test_a_license_that_ends_in_the_middle_of_a_pipeline_ends_there(short: Short) -> None:
    secret = parse(b"s", b"SELECT secret") + SYNC
    judge = ScriptedJudge(demo=True)
    t = Talk(judge)
    t.session.client_data(secret)
    c = t.session._conversation
    c.names.answered(c.rounds.popleft().changes, None, idle=True)
    c.sent = 0
    run = bind(b"", b"s") + execute(b"")
    t.session.client_data(run * 5)
    assert short == [run * 4]
    assert not c.refusals
    judge.become(demo=True, lacks=True)
    t.session.client_data(run * 5)
    assert short == [run * 4]
    assert c.refusals


def test_rows_of_one_pipeline_count_together(short: Short) -> None:
    judge = ScriptedJudge(demo=True)
    t = talk(judge)
    got = t.say(FILL * (judge.cap + 1) + SYNC)
    assert short
    assert "E53400" in got
    assert not any(commit.rows for commit in t.server.engine.commits)
    assert "E" not in t.say(FILL * judge.cap + SYNC)


def test_who_is_recorded_or_not_judged_goes_the_way_they_went(short: Short) -> None:
    judge = ScriptedJudge(demo=True, recording=True)
    talk(judge).client(RUN * 5 + SYNC)
    talk(ScriptedJudge()).client(RUN * 5 + SYNC)
    assert not short
    assert sum(sql == SELECT for sql, _, _ in judge.sent) == 5


def test_a_pipeline_cut_anywhere_comes_to_the_same() -> None:
    data = (SHOWN + FILL) * 4 + SYNC
    want = talk().say(data)
    for size in range(1, len(data)):
        assert talk().say(data[:size], data[size:], sizes=[size]) == want


def test_messages_that_wait_are_queued_in_order() -> None:
    t = talk(ScriptedJudge(demo=True, lacks=True, at_once=False))
    data = RUN * 4 + extended(b"SELECT look()") + RUN * 4
    assert t.say(data + SYNC).split().count("C") == 9


def test_it_takes_some_executes() -> None:
    assert may_repeat(RUN * 3, 0)
    assert may_repeat(b"xyz" + RUN * 3, 3)
    assert not may_repeat(RUN * 2 + SYNC, 0)
    assert not may_repeat(b"", 0)
    assert not may_repeat(b"E\0\0\0\0E\0\0", 0)


def test_where_a_message_ends() -> None:
    data = SYNC + message(b"Q", b"x\0")
    assert message_end(data, 0) == 5
    assert message_end(data, 5) == len(data)
    assert message_end(data[:-1], 5) == len(data) - 1
    assert message_end(b"S\0\0\0\1more", 0) == 9
    assert message_end(b"S\0\0", 0) == 3
