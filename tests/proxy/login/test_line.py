"""One socket before authentication is over."""

import asyncio

import pytest
from log_ins import Wire, story

from pgtoll.errors import ProtocolViolation
from pgtoll.login.line import HELD_BYTES, Line
from pgtoll.wire.messages import message

PASSWORD = message(b"p", b"secret\0")


def line(data: bytes = b"") -> tuple[Line, Wire]:
    made, wire = Line(lambda: None), Wire()
    made.start(wire, data)
    return made, wire


def test_messages_are_taken_whole_and_in_order() -> None:
    made, _ = line()
    for at in range(len(PASSWORD)):
        assert made.take(100) is None
        made.data_received(PASSWORD[at : at + 1])
    made.data_received(message(b"Q", b"x") + b"rest")
    assert made.kind == ord("p")
    assert made.take(100) == PASSWORD
    assert made.take(100) == message(b"Q", b"x")
    assert made.kind is None


@pytest.mark.parametrize("length", [0, 1, 2, 3, 101, 1 << 31, 0xFFFFFFFF])
def test_a_length_is_judged_before_it_is_believed(length: int) -> None:
    """CVE class: pre-authentication allocation, length arithmetic."""
    made, _ = line(b"p" + length.to_bytes(4, "big"))
    with pytest.raises(ProtocolViolation):
        made.take(100)


def test_little_is_held_before_authentication() -> None:
    """CVE class: pre-authentication allocation."""
    made, wire = line()
    made.data_received(PASSWORD)
    assert wire.reading
    made.data_received(bytes(HELD_BYTES))
    assert not wire.reading
    made.take(100)
    assert wire.reading


def test_news_are_told_of_bytes_and_of_the_end() -> None:
    news: list[str] = []
    made = Line(lambda: news.append("news"))
    made.start(Wire(), b"x")
    made.connection_lost(None)
    assert news == ["news", "news"]
    assert made.lost
    made.write(b"to nobody")


class Heir(asyncio.Protocol):
    """Whoever has the socket afterwards."""

    def __init__(self) -> None:
        self.heard: list[object] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.heard.append(transport)

    def data_received(self, data: bytes) -> None:
        self.heard.append(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self.heard.append(exc)


def test_the_socket_is_handed_over_with_what_was_not_taken() -> None:
    (made, wire), heir = line(b"rest"), Heir()
    begin = made.hand_over(heir)
    assert wire.protocol is heir
    begin()
    assert wire.reading
    assert heir.heard == [wire, b"rest"]


def test_so_is_the_news_that_it_was_lost() -> None:
    (made, wire), heir, error = line(b"last words"), Heir(), OSError()
    made.connection_lost(error)
    made.hand_over(heir)()
    assert heir.heard == [wire, b"last words", error]


def test_the_last_words_go_out_before_it_closes() -> None:
    async def tell() -> None:
        made, wire = line()
        made.finish(b"no")
        assert (wire.sent, wire.ended, wire.aborted) == (b"no", True, False)
        made.data_received(b"dropped")
        assert made.kind is None

    story(tell)


def test_aborting_says_nothing() -> None:
    made, wire = line()
    made.abort()
    assert wire.aborted
    Line(lambda: None).abort()
