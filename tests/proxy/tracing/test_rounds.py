"""Each ReadyForQuery ends the oldest round, however what was sent and answered is cut."""

from itertools import count

import pytest

from pgtoll.tracing.rounds import MOST_ROUNDS, Round, Rounds, operation
from pgtoll.wire.messages import bind, error_response, execute, message, parse, query

SYNC, READY = message(b"S", b""), message(b"Z", b"I")


def complete(tag: str) -> bytes:
    return message(b"C", tag.encode() + b"\0")


class Story:
    """A session's rounds, and those that have ended."""

    def __init__(self) -> None:
        self.ended: list[Round] = []
        ticks = count(1)
        self.rounds = Rounds(lambda: next(ticks), self.ended.append)
        self.rounds.sees(message(b"R", bytes(4)) + READY)  # it is let in

    def sends(self, *data: bytes, step: int = 0) -> None:
        _cut(self.rounds.sends, b"".join(data), step)
        self.rounds.sent()

    def sees(self, *data: bytes, step: int = 0) -> None:
        _cut(self.rounds.sees, b"".join(data), step)


def _cut(take, data: bytes, step: int) -> None:  # type: ignore[no-untyped-def]
    for start in range(0, len(data), step or len(data)):
        take(data[start : start + (step or len(data))])


@pytest.mark.parametrize("step", [0, 1, 2, 7])
def test_rounds_of_both_protocols_are_told_apart(step: int) -> None:
    story = Story()
    story.sends(query(b"SELECT 1; SELECT 2"), step=step)
    story.sends(
        parse(b"s", b"SELECT $1"), SYNC,
        bind(b"", b"s"), execute(b""), bind(b"", b"s"), execute(b""), SYNC, step=step,
    )  # fmt: skip
    rows = message(b"D", bytes(1000))
    story.sees(complete("SELECT 1"), rows, complete("SELECT 1"), READY, step=step)
    story.sees(message(b"1", b""), READY, step=step)
    story.sees(message(b"2", b""), rows, complete("SELECT 1") * 2, READY, step=step)
    simple, prepared, executed = story.ended
    assert (simple.said, simple.tags) == ([b"SELECT 1; SELECT 2"], ["SELECT", "SELECT"])
    assert (prepared.said, prepared.tags, prepared.executed) == ([b"SELECT $1"], [], 0)
    assert (executed.said, executed.executed) == ([b"SELECT $1"] * 2, 2)
    assert simple.began < simple.sent < simple.ended < executed.ended


def test_an_error_ends_a_round_with_its_state() -> None:
    story = Story()
    story.sends(query(b"SELECT x"))
    story.sees(error_response({"C": "42703", "M": "x"}), READY)
    assert [one.sqlstate for one in story.ended] == ["42703"]


def test_a_sync_that_copy_data_swallows_ends_nothing() -> None:
    story = Story()
    story.sends(parse(b"", b"COPY t FROM STDIN"), bind(b"", b""), execute(b""), SYNC)
    story.sees(message(b"G", bytes(3)))
    story.sends(message(b"d", b"1\n"), message(b"c", b""), SYNC)
    story.sees(complete("COPY 1"), READY)
    story.sends(query(b"SELECT 1"))
    story.sees(complete("SELECT 1"), READY)
    assert [one.tags for one in story.ended] == [["COPY"], ["SELECT"]]
    assert [one.said for one in story.ended] == [[b"COPY t FROM STDIN"], [b"SELECT 1"]]


def test_a_session_that_ends_leaves_no_round_open() -> None:
    story = Story()
    story.sends(query(b"SELECT 1"), query(b"SELECT 2"))
    story.rounds.abandon()
    assert [one.cut for one in story.ended] == [True, True]


def test_of_rounds_without_end_most_are_counted_only() -> None:
    story = Story()
    story.sends(query(b"SELECT 1") * (MOST_ROUNDS + 5))
    story.sees((complete("SELECT 1") + READY) * (MOST_ROUNDS + 5))
    assert len(story.ended) == MOST_ROUNDS
    story.sends(query(b"SELECT 2"))
    story.sees(complete("SELECT 1"), READY)
    assert story.ended[-1].said == [b"SELECT 2"]


@pytest.mark.parametrize("data", [b"\0" * 9, b"Q\0\0\0\0", b"zzzzzzzzz", message(b"B", b"x")])
def test_what_breaks_the_protocol_is_not_followed(data: bytes) -> None:
    story = Story()
    story.sends(data)
    story.sends(query(b"SELECT 1"))
    story.sees(b"\xff" * 100)


@pytest.mark.parametrize(
    ("tag", "name"), [("INSERT 0 5", "INSERT"), ("CREATE TABLE", "CREATE TABLE"), ("", "")]
)
def test_an_operation_is_a_tag_without_counts(tag: str, name: str) -> None:
    assert operation(tag) == name
