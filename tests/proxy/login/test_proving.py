"""The client proves it to us, and we prove it to the server."""

import asyncio

import pytest
from log_ins import Parties, story, wire
from passphrases import PLUS_HEADER, Client, client_key, secret_of

from pgtoll.errors import PgtollError, ProtocolViolation, RefusedLogin
from pgtoll.login.proving import Proven, asks_for_scram, check, prove, unanswerable, unbound
from pgtoll.login.talk import SASL_LIMIT, ServerEnds
from pgtoll.wire.messages import error_response, message
from pgtoll.wire.sasl import (
    Request,
    authentication,
    authentication_sasl,
    read_authentication,
    read_initial_response,
    sasl_initial_response,
    sasl_response,
)
from pgtoll.wire.scram import SCRAM, SCRAM_PLUS, Secret, mock_secret
from pgtoll.wire.scram_check import Check

HASH = b"h" * 32
SECRET = secret_of("open sesame")
PROVEN = Proven(SECRET, client_key("open sesame", SECRET), b"")
OK = authentication(Request.OK)


async def exchange(client: Client, secret: Secret, *, late: bool = False) -> Proven | None:
    """A client and our check; it may wait to be asked for its first message."""
    parties = Parties()
    plus = client.header == PLUS_HEADER
    task = asyncio.ensure_future(check(parties.talk, secret, HASH if plus else None))
    mechanism = SCRAM_PLUS if plus else SCRAM
    offered = [SCRAM_PLUS, SCRAM] if plus else [SCRAM]
    assert await parties.heard(parties.client) == [authentication_sasl(offered)]
    if late:
        parties.talk.client.data_received(message(b"p", mechanism + b"\0\xff\xff\xff\xff"))
        assert await parties.heard(parties.client) == [authentication(Request.SASL_CONTINUE)]
        parties.talk.client.data_received(sasl_response(client.first))
    else:
        parties.talk.client.data_received(sasl_initial_response(mechanism, client.first))
    (first,) = await parties.heard(parties.client)
    _, body = read_authentication(first)
    parties.talk.client.data_received(sasl_response(client.final(body)))
    found = await task
    assert parties.client.sent == b""
    return found


@pytest.mark.parametrize("client", [Client("open sesame"),
                                    Client("open sesame", PLUS_HEADER, HASH)])  # fmt: skip
@pytest.mark.parametrize("late", [False, True])
def test_who_knows_the_password_reveals_the_key(client: Client, late: bool) -> None:
    async def tell() -> None:
        found = await exchange(client, SECRET, late=late)
        assert found is not None
        assert found.client_key == client_key("open sesame", SECRET)
        assert "key" not in repr(found)

    story(tell)


def test_nobody_else_does_and_the_messages_are_as_many() -> None:
    """CVE class: authentication of absent users."""

    async def tell() -> None:
        assert await exchange(Client("wrong"), SECRET) is None
        assert await exchange(Client(""), mock_secret("ghost", b"nonce", 2)) is None

    story(tell)


def test_a_long_response_is_refused_unread() -> None:
    """CVE class: pre-authentication allocation."""

    async def tell() -> None:
        parties = Parties()
        task = asyncio.ensure_future(check(parties.talk, SECRET, None))
        parties.talk.client.data_received(b"p" + (SASL_LIMIT + 1).to_bytes(4, "big"))
        with pytest.raises(ProtocolViolation):
            await task

    story(tell)


class HonestServer:
    """PostgreSQL, which asks for SCRAM."""

    def __init__(self, parties: Parties, binding: bytes | None = None) -> None:
        self.check = Check(SECRET, b"3rfcNHYJY1ZVvWVs7j", binding)
        self.parties = parties
        self.asks = authentication_sasl(self.check.mechanisms)

    def say(self, request: Request, body: bytes = b"") -> None:
        self.parties.talk.server.data_received(authentication(request, body))

    async def first(self) -> bytes:
        """Server-first-message, for the client's."""
        (initial,) = await self.parties.heard(self.parties.server)
        mechanism, data = read_initial_response(initial)
        self.check.choose(mechanism)
        assert data is not None
        return self.check.first(data)

    async def final(self) -> bytes:
        (response,) = await self.parties.heard(self.parties.server)
        assert self.check.final(response[5:]) == PROVEN.client_key
        return self.check.server_final


@pytest.mark.parametrize("binding", [None, HASH])
def test_the_server_lets_us_in(binding: bytes | None) -> None:
    async def tell() -> None:
        parties = Parties(server=wire(binding))
        parties.reach()
        server = HonestServer(parties, binding)
        task = asyncio.ensure_future(prove(parties.talk, PROVEN, server.asks, binding))
        server.say(Request.SASL_CONTINUE, await server.first())
        server.say(Request.SASL_FINAL, await server.final())
        server.say(Request.OK)
        await task
        assert parties.client.sent == b""

    story(tell)


def test_a_server_that_trusts_us_needs_no_proof() -> None:
    async def tell() -> None:
        parties = Parties()
        parties.reach()
        await prove(parties.talk, PROVEN, OK, None)
        assert parties.server.sent == b""

    story(tell)


@pytest.mark.parametrize(
    "request_",
    [authentication(Request(number), b"salt") for number in (3, 5, 7, 9)]
    + [authentication_sasl([b"OAUTHBEARER"])],
)
def test_what_we_do_not_have_is_said_in_one_error(request_: bytes) -> None:
    async def tell() -> None:
        parties = Parties()
        parties.reach()
        with pytest.raises(RefusedLogin, match="PostgreSQL asks") as caught:
            await prove(parties.talk, PROVEN, request_, None)
        assert caught.value.sqlstate == "28000"
        assert parties.server.sent == b""

    story(tell)


async def hostile(*words: tuple[Request, bytes] | bytes) -> PgtollError:
    """How a login ends at a server that says this after the first message."""
    parties = Parties()
    parties.reach()
    server = HonestServer(parties)
    task = asyncio.ensure_future(prove(parties.talk, PROVEN, server.asks, None))
    honest = await server.first()
    for word in words:
        if isinstance(word, bytes):
            parties.talk.server.data_received(word)
        else:
            server.say(word[0], word[1] or honest)
    with pytest.raises(PgtollError) as caught:
        await task
    assert parties.client.sent == b""
    return caught.value


@pytest.mark.parametrize(
    "words",
    [
        pytest.param([(Request.OK, b"")], id="in without a proof"),
        pytest.param([(Request.SASL_FINAL, b"v=x")], id="the end first"),
        pytest.param([(Request.SASL_CONTINUE, b""), (Request.OK, b"")], id="no signature"),
        pytest.param([(Request.SASL_CONTINUE, b""), (Request.SASL_FINAL, b"v=AAAA")], id="forged"),
        pytest.param([(Request.SASL_CONTINUE, b"r=" + b"x" * 1900)], id="long nonce"),
        pytest.param([(Request.SASL_CONTINUE, b"x" * 2000)], id="long message"),
        pytest.param([(Request.CLEARTEXT, b"")], id="asks for the password after all"),
        pytest.param([b"R\0\0\0\x04"], id="no type"),
        pytest.param([b"R\0\0\0\x00"], id="no length"),
    ],
)
def test_a_hostile_server_learns_and_gains_nothing(
    words: list[tuple[Request, bytes] | bytes],
) -> None:
    """CVE class: hostile server during SCRAM."""

    async def tell() -> None:
        error = await hostile(*words)
        assert isinstance(error, ProtocolViolation | RefusedLogin)

    story(tell)


def test_the_servers_own_refusal_is_the_clients_to_read() -> None:
    async def tell() -> None:
        assert isinstance(await hostile(error_response({"M": "no"}, "FATAL")), ServerEnds)

    story(tell)


def test_requests_are_told_apart() -> None:
    plus = authentication_sasl([SCRAM_PLUS, SCRAM])
    assert asks_for_scram(plus)
    assert unbound(plus) == authentication_sasl([SCRAM])
    for other in (OK, authentication(Request.MD5, b"salt"), authentication_sasl([b"OAUTHBEARER"])):
        assert not asks_for_scram(other)
    assert "an MD5 password" in str(unanswerable(5))
