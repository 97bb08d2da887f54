"""Authentication passed on as it is."""

import asyncio

import pytest
from log_ins import Parties, story

from pgtoll.errors import RefusedLogin
from pgtoll.login.relaying import relay
from pgtoll.login.talk import ServerEnds
from pgtoll.wire.messages import error_response, message
from pgtoll.wire.sasl import Request, authentication, authentication_sasl

OK = authentication(Request.OK)
ANSWER = message(b"p", b"secret\0")
ERROR = error_response({"C": "28P01", "M": "no"}, "FATAL")


def relaying(parties: Parties, first: bytes) -> asyncio.Task[None]:
    parties.reach()
    return asyncio.ensure_future(relay(parties.talk, first))


@pytest.mark.parametrize(
    ("first", "more"),
    [
        (OK, ()),
        (authentication(Request.CLEARTEXT), ()),
        (authentication(Request.MD5, b"salt"), ()),
        (authentication(Request.GSS), (authentication(Request.GSS_CONTINUE, b"token"),)),
        (
            authentication_sasl([b"SCRAM-SHA-256"]),
            (authentication(Request.SASL_CONTINUE, b"r=x"),),
        ),
    ],
)
def test_each_request_has_its_answer(first: bytes, more: tuple[bytes, ...]) -> None:
    async def tell() -> None:
        parties = Parties()
        task = relaying(parties, first)
        assert await parties.heard(parties.client) == [first]
        for request in (*more, OK) if first != OK else ():
            parties.talk.client.data_received(ANSWER)
            assert await parties.heard(parties.server) == [ANSWER]
            parties.talk.server.data_received(request)
            assert await parties.heard(parties.client) == [request]
        await task

    story(tell)


def test_channel_binding_is_not_offered() -> None:
    """It would bind the password to the wrong connection."""

    async def tell() -> None:
        parties = Parties()
        task = relaying(parties, authentication_sasl([b"SCRAM-SHA-256-PLUS", b"SCRAM-SHA-256"]))
        assert await parties.heard(parties.client) == [authentication_sasl([b"SCRAM-SHA-256"])]
        task.cancel()

    story(tell)


def test_a_server_that_takes_nothing_else_cannot_be_reached_so() -> None:
    async def tell() -> None:
        with pytest.raises(RefusedLogin):
            await relaying(Parties(), authentication_sasl([b"SCRAM-SHA-256-PLUS"]))

    story(tell)


def test_one_answer_is_passed_on_for_a_request() -> None:
    """CVE class: message order. The second waits for the next request."""

    async def tell() -> None:
        parties = Parties()
        task = relaying(parties, authentication(Request.CLEARTEXT))
        parties.talk.client.data_received(ANSWER + ANSWER)
        assert await parties.heard(parties.server) == [ANSWER]
        await asyncio.sleep(0.01)
        assert parties.server.sent == b""
        parties.talk.server.data_received(OK)
        await task

    story(tell)


def test_a_statement_is_no_password() -> None:
    """CVE class: message order."""

    async def tell() -> None:
        parties = Parties()
        task = relaying(parties, authentication(Request.CLEARTEXT))
        parties.talk.client.data_received(message(b"Q", b"SELECT 1\0"))
        with pytest.raises(RefusedLogin, match="expected password response, got message type 81"):
            await task
        assert parties.server.sent == b""

    story(tell)


def test_a_statement_ahead_of_time_waits_for_the_session() -> None:
    async def tell() -> None:
        parties = Parties()
        parties.talk.client.data_received(message(b"Q", b"SELECT 1\0"))
        await relaying(parties, OK)
        assert parties.talk.client.kind == ord("Q")

    story(tell)


def test_a_refusal_of_the_servers_is_left_to_the_session() -> None:
    async def tell() -> None:
        parties = Parties()
        task = relaying(parties, authentication(Request.MD5, b"salt"))
        parties.talk.client.data_received(ANSWER)
        await parties.heard(parties.server)
        parties.talk.server.data_received(ERROR)
        with pytest.raises(ServerEnds):
            await task
        assert parties.talk.server.kind == ord("E")

    story(tell)
