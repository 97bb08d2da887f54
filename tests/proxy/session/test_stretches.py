"""Replies to plain statements are taken as far as they are there, and nothing else is."""

from collections.abc import Callable

import pytest
from peers import ScriptedJudge, Talk, direct

from pgtoll.session.replies import Step, StepKind
from pgtoll.session.stretches import Stretch, is_plain, stretch
from pgtoll.wire.messages import (
    SYNC,
    bind,
    data_row,
    error_response,
    execute,
    message,
    notice_response,
    parse,
)

PASS, HOLD = Step(StepKind.CLIENT), Step(StepKind.CLIENT, fickle=True)
CAPPED, OURS = Step(StepKind.CAPPED), Step(StepKind.HIDDEN)
BOUND, ROW, DONE = message(b"2", b""), data_row(b"1"), message(b"C", b"SELECT 1\0")
RAN = BOUND + ROW + DONE
ROOM = 1 << 20


def found(
    data: bytes,
    *steps: Step,
    at: int = 0,
    holds: bool = True,
    unsure: bool = False,
    all_held: bool = False,
    room: int = ROOM,
) -> Stretch:
    return Stretch(*stretch(data, at, steps, holds, unsure, all_held, room))


def test_replies_that_pass_are_counted() -> None:
    assert found(RAN * 3, *[PASS] * 9) == (3 * len(RAN), 6, 3 * len(RAN))
    assert found(b"xx" + RAN, PASS, PASS, at=2) == (2 + len(RAN), 2, 2 + len(RAN))


def test_a_capped_statement_s_completion_and_all_behind_it_are_held() -> None:
    size = len(RAN)
    assert found(RAN * 2, PASS, CAPPED, PASS, CAPPED) == (2 * size, 4, size - len(DONE))


def test_all_is_held_of_what_is_unsure() -> None:
    assert found(RAN, HOLD, HOLD, unsure=True, all_held=True) == (len(RAN), 2, 0)
    assert found(RAN * 2, PASS, PASS, HOLD, HOLD) == (len(RAN), 2, len(RAN))
    both = found(RAN * 2, PASS, PASS, HOLD, HOLD, holds=False)
    assert both == (2 * len(RAN), 4, 2 * len(RAN))


def test_it_ends_where_there_is_no_room() -> None:
    one = found(RAN * 9, *[HOLD] * 18, unsure=True, all_held=True, room=len(BOUND))
    assert one == (len(BOUND + ROW), 1, 0)


@pytest.mark.parametrize(
    "other",
    [
        error_response({"C": "22012"}),
        notice_response({"M": "x"}),
        message(b"Z", b"I"),
        message(b"S", b"a\0b\0"),
        message(b"A", b"\0\0\0\1a\0\0"),
        message(b"G", b"\0\0\0"),
        message(b"I", b""),
        message(b"C", b"CREATE TABLE\0"),
        message(b"C", b"SEL"),
        message(b"C", b"COMMENT\0"),
        b"D\0\0\0\1",
        b"D\0\0\1\0",
        b"D\0\0",
        b"D\x7f\xff\xff\xff",
        b"",
    ],
)
def test_anything_else_is_read(other: bytes) -> None:
    assert found(BOUND + other, PASS, PASS) == (len(BOUND), 1, len(BOUND))


def test_steps_that_are_not_the_clients_end_it() -> None:
    assert found(RAN * 2, PASS, PASS, OURS, OURS) == (len(RAN), 2, len(RAN))
    assert found(RAN) == (0, 0, 0)


def test_which_steps_are_plain() -> None:
    assert all(map(is_plain, (PASS, HOLD, CAPPED)))
    assert not any(is_plain(Step(kind)) for kind in set(StepKind) - {PASS.kind, CAPPED.kind})
    assert not is_plain(Step(StepKind.CLIENT, waits=True))


TEXTS = {
    "a": b"SELECT generate_series(1, 2)",
    "i": b"INSERT INTO t SELECT generate_series(1, 1)",
    "f": b"SELECT fail()",
    "k": b"SELECT peek()",
}
NAMES = b"".join(parse(name.encode(), text) for name, text in TEXTS.items()) + SYNC
JUDGES: list[Callable[[], ScriptedJudge]] = [
    lambda: ScriptedJudge(demo=True, cap=0),
    lambda: ScriptedJudge(demo=True, cap=1000),
    lambda: ScriptedJudge(lacks=True, fickle=True),
    lambda: ScriptedJudge(lacks=True, fickle=True, observe=True),
    lambda: ScriptedJudge(demo=True, lacks=True, fickle=True, cap=1, observe=True),
]


def came(judge: ScriptedJudge, sent: bytes, *sizes: int) -> list[object]:
    """Let replies arrive in pieces of these sizes; return all that came of it."""
    talk = Talk(judge)
    talk.say(NAMES)
    talk.client(sent)
    for size in sizes:
        talk.move(1 << 30, size)
    talk.settle()
    return [talk.take(), talk.judged, talk.closed]


@pytest.mark.parametrize("names", ["aiaa", "iiiaai", "aaaa", "aafa", "ifa", "iaka", "kkk"])
@pytest.mark.parametrize("judge", JUDGES)
def test_however_replies_are_cut_they_come_to_the_same(
    judge: Callable[[], ScriptedJudge], names: str
) -> None:
    """What is held stays in front of what follows, and nothing else is refused or written down."""
    sent = b"".join(bind(b"", name.encode()) + execute(b"") for name in names) + SYNC
    whole = came(judge(), sent)
    for first in range(1, 240):
        assert came(judge(), sent, first, 1 + first % 7) == whole, first


def test_replies_that_pass_are_what_the_server_says() -> None:
    sent = b"".join(bind(b"", name) + execute(b"") for name in (b"a", b"i", b"a", b"a")) + SYNC
    replies = came(ScriptedJudge(demo=True, cap=1000), sent)[0]
    assert replies == direct(NAMES, sent).removeprefix(direct(NAMES))
