"""What the server says of itself is noted as the long way notes it, and passes as it came."""

import pytest
from peers import ScriptedJudge

from pgtoll.session.conversation import Conversation
from pgtoll.session.effects import Peer, Write
from pgtoll.session.introduction import pass_introduction
from pgtoll.session.progress import Limits
from pgtoll.session.session import Session
from pgtoll.wire.messages import message

LIMIT = 1000
READY = message(b"Z", b"I")
KEY = message(b"K", b"\0\0\x12\x34secret")
OK = message(b"R", b"\0\0\0\0")


class Noting(ScriptedJudge):
    """A judge that keeps what it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.parameters: dict[bytes, bytes] = {}

    def set_parameter(self, name: bytes, value: bytes) -> None:
        self.parameters[name] = value


def parameter(name: bytes, value: bytes) -> bytes:
    return message(b"S", name + b"\0" + value + b"\0")


SAID = {
    b"client_encoding": b"LATIN1",
    b"server_encoding": b"UTF8",
    b"standard_conforming_strings": b"off",
    b"in_hot_standby": b"on",
    b"default_transaction_read_only": b"on",
    b"DateStyle": b"ISO, MDY",
}
INTRODUCTION = b"".join(parameter(*pair) for pair in SAID.items()) + KEY


HEEDED = {name: value for name, value in SAID.items() if name != b"DateStyle"}


def test_what_matters_is_noted_and_all_of_it_passes() -> None:
    judge = Noting()
    c = Conversation(judge, Limits())
    assert pass_introduction(c, INTRODUCTION + READY, LIMIT) == len(INTRODUCTION)
    assert judge.parameters == HEEDED
    assert c.settings.reports == 2
    assert (c.settings.standby, c.settings.read_only) == (True, True)
    assert c.pid == 0x1234


@pytest.mark.parametrize(
    "rest",
    [
        KEY[:-1],
        b"S",
        parameter(b"client_encoding", b"x" * LIMIT),
        b"S\0\0\0\3",
        b"S\xff\xff\xff\xff" + b"x" * LIMIT,
        OK,
        message(b"D", b""),
    ],
    ids=["cut", "no length", "long", "short", "negative", "asks", "row"],
)
def test_what_is_not_plain_is_left_to_the_long_way(rest: bytes) -> None:
    c = Conversation(judge := Noting(), Limits())
    known = parameter(b"client_encoding", b"UTF8")
    assert pass_introduction(c, known + rest, LIMIT) == len(known)
    assert judge.parameters == {b"client_encoding": b"UTF8"}
    assert c.pid == 0


@pytest.mark.parametrize("size", [1, 3, 7, 10_000])
def test_cuts_do_not_matter(size: int) -> None:
    judge = Noting()
    session = Session(judge, welcome=OK, greeting=b"greeting")
    data, out = INTRODUCTION + READY, b""
    for at in range(0, len(data), size):
        for effect in session.server_data(data[at : at + size]):
            assert isinstance(effect, Write)
            assert effect[0] is Peer.CLIENT
            out += effect[1]
    assert out == OK + INTRODUCTION + b"greeting" + READY
    assert judge.parameters | HEEDED == judge.parameters
    assert session.pid == 0x1234


def test_the_welcome_goes_out_with_what_the_server_says_first() -> None:
    session = Session(Noting(), welcome=OK)
    assert session.server_data(INTRODUCTION + READY) == [
        Write(Peer.CLIENT, OK + INTRODUCTION + READY)
    ]
