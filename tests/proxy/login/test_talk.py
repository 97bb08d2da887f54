"""Whose turn it is before authentication is over."""

import asyncio

import pytest
from log_ins import Parties, story

from pgtoll.errors import PgtollError, ProtocolViolation, RefusedLogin
from pgtoll.login.talk import MOST_MESSAGES, NOTICE_LIMIT, REQUEST_LIMIT, Gone, ServerEnds
from pgtoll.wire.messages import error_response, message, notice_response
from pgtoll.wire.sasl import Request, authentication

ERROR = error_response({"C": "53300", "M": "too many"}, "FATAL")
OK = authentication(Request.OK)


def answered(said: bytes, expected: type[PgtollError]) -> str:
    """How a login ends in which a client answers so."""
    told: list[str] = []

    async def tell() -> None:
        parties = Parties()
        parties.talk.client.data_received(said)
        with pytest.raises(expected) as caught:
            await parties.talk.answer(100)
        told.append(str(caught.value))

    story(tell)
    return told[0]


@pytest.mark.parametrize("kind", [b"Q", b"P", b"X", b"S", b"\0", b"d"])
def test_before_authentication_only_passwords_are_taken(kind: bytes) -> None:
    """CVE class: message order."""
    told = answered(message(kind, b"SELECT 1\0"), RefusedLogin)
    assert told == f"expected SASL response, got message type {kind[0]}"


@pytest.mark.parametrize("length", [0, 3, 101, 1 << 31])
def test_no_length_is_believed(length: int) -> None:
    assert answered(b"p" + length.to_bytes(4, "big"), ProtocolViolation) == "invalid message length"


def test_a_client_that_leaves_ends_it() -> None:
    async def tell() -> None:
        parties = Parties()
        waiting = asyncio.ensure_future(parties.talk.answer(100))
        await asyncio.sleep(0)
        parties.talk.client.connection_lost(None)
        with pytest.raises(Gone):
            await waiting

    story(tell)


@pytest.mark.parametrize("word", [ERROR, b""], ids=["an error", "the end"])
def test_a_server_that_has_enough_is_heard_at_once(word: bytes) -> None:
    """Not only when the client has answered."""

    async def tell() -> None:
        parties = Parties()
        parties.reach()
        waiting = asyncio.ensure_future(parties.talk.answer(100))
        await asyncio.sleep(0)
        if word:
            parties.talk.server.data_received(word)
        parties.talk.server.connection_lost(None)
        with pytest.raises(ServerEnds):
            await waiting

    story(tell)


def test_what_comes_before_a_request_is_passed_on() -> None:
    async def tell() -> None:
        parties = Parties()
        parties.reach()
        version = message(b"v", b"\0\0\0\0\0\0\0\0")
        notice = notice_response({"C": "00000", "M": "hello"})
        parties.talk.server.data_received(version + notice + OK)
        assert await parties.talk.request() == OK
        assert parties.client.sent == version + notice

    story(tell)


@pytest.mark.parametrize(
    "said",
    [
        b"R" + (REQUEST_LIMIT + 1).to_bytes(4, "big"),
        b"N" + (NOTICE_LIMIT + 1).to_bytes(4, "big"),
        b"R\xff\xff\xff\xff",
        b"R\0\0\0\x00",
        notice_response({"M": "x"}) * (MOST_MESSAGES + 1),
    ],
)
def test_a_hostile_server_is_bounded(said: bytes) -> None:
    """CVE class: hostile server during SCRAM, pre-authentication loops."""

    async def tell() -> None:
        parties = Parties()
        parties.reach()
        parties.talk.server.data_received(said)
        with pytest.raises(ProtocolViolation):
            await parties.talk.request()

    story(tell)


@pytest.mark.parametrize("word", [message(b"D", b"\0\0"), message(b"Z", b"I"), message(b"S", b"")])
def test_a_server_has_nothing_to_say_to_who_is_not_in(word: bytes) -> None:
    """CVE class: hostile server during SCRAM, message order. It might be believed."""

    async def tell() -> None:
        for waiting in ("request", "answer"):
            parties = Parties()
            parties.reach()
            parties.talk.server.data_received(word)
            with pytest.raises(ProtocolViolation, match="out of turn"):
                await (parties.talk.request() if waiting == "request" else parties.talk.answer(9))
            assert parties.client.sent == b""

    story(tell)


def test_a_server_may_not_let_in_whom_we_still_ask() -> None:
    """CVE class: hostile server during SCRAM."""

    async def tell() -> None:
        parties = Parties()
        parties.reach()
        parties.talk.server.data_received(OK)
        with pytest.raises(ProtocolViolation, match="out of turn"):
            await parties.talk.answer(100)

    story(tell)


def test_an_error_of_the_servers_is_left_to_the_session() -> None:
    async def tell() -> None:
        parties = Parties()
        parties.reach()
        parties.talk.server.data_received(ERROR)
        with pytest.raises(ServerEnds):
            await parties.talk.request()
        assert parties.talk.server.kind == ord("E")

    story(tell)


def test_a_request_out_of_turn_is_refused() -> None:
    async def tell() -> None:
        parties = Parties()
        parties.reach()
        parties.talk.server.data_received(OK)
        with pytest.raises(ProtocolViolation):
            await parties.talk.ask(b"", Request.SASL_FINAL)

    story(tell)


def test_who_is_refused_is_told_and_the_server_is_let_go() -> None:
    async def tell() -> None:
        parties = Parties()
        parties.reach()
        parties.talk.refuse(ERROR)
        assert parties.client.sent == ERROR
        assert parties.client.ended
        assert parties.server.aborted

    story(tell)
