"""A client and its server before authentication is over, and whose turn it is."""

from __future__ import annotations

import asyncio

from pgtoll.errors import PgtollError, ProtocolViolation, RefusedLogin
from pgtoll.login.line import Adopt, Line
from pgtoll.sockets import Receiver
from pgtoll.wire.messages import TERMINATE
from pgtoll.wire.sasl import Request, read_authentication

# PostgreSQL's own bounds, in bytes: PG_MAX_AUTH_TOKEN_LENGTH, PG_MAX_SASL_MESSAGE_LENGTH.
TOKEN_LIMIT = 65_535
SASL_LIMIT = 1_024
# Of what a server says; libpq takes no longer request than this.
REQUEST_LIMIT = 2_000
NOTICE_LIMIT = 30_000
# How much it may say before it has let the client in, in messages.
MOST_MESSAGES = 100

_REQUEST, _NOTICE, _VERSION = ord("R"), ord("N"), ord("v")
_ERROR = ord("E")
_PASSWORD = ord("p")


class Gone(PgtollError):
    """The client has left; nobody is to be told anything."""


class ServerEnds(PgtollError):
    """The server has said why it does not go on, or has left.

    What it said is still to be taken: it is the client's to read.
    """


class Talk:
    """Both lines. What is waited for on one of them ends when the other makes it pointless."""

    def __init__(self) -> None:
        self._news = asyncio.Event()
        self.client = Line(self._news.set)
        self.server = Line(self._news.set)
        self._left = MOST_MESSAGES
        self.welcome = b""  # tells the client that it is in, with what the server says next

    async def answer(self, most: int, what: str = "SASL") -> bytes:
        """Return what the client answers to a request: a message of type p.

        Raises RefusedLogin for another one, ProtocolViolation, Gone, ServerEnds.
        """
        while (message := self._answered(most, what)) is None:
            if self.server.kind is not None or self.server.lost:
                raise self._out_of_turn()
            await self._wait()
        return message

    def _out_of_turn(self) -> PgtollError:
        """What it means that the server speaks when it has nothing to say.

        Only an error may be passed on: whoever gets rows, or word that somebody is in, may believe
        it, and the server has proven nothing yet.
        """
        kind = self.server.kind
        if kind is None or kind == _ERROR:
            return ServerEnds()
        return ProtocolViolation(f"PostgreSQL sent message type {kind} out of turn")

    def _answered(self, most: int, what: str) -> bytes | None:
        kind = self.client.kind
        if kind not in (None, _PASSWORD):
            text = f"expected {what} response, got message type {kind}"
            raise RefusedLogin("08P01", text)
        return self.client.take(most)

    async def request(self) -> bytes:
        """Return what the server asks for next; whatever else comes before it is passed on.

        Raises ProtocolViolation, Gone, ServerEnds.
        """
        while True:
            while (kind := self.server.kind) is None:
                if self.server.lost:
                    raise ServerEnds
                await self._wait()
            if kind not in (_REQUEST, _NOTICE, _VERSION):
                raise self._out_of_turn()
            message = await self._whole(REQUEST_LIMIT if kind == _REQUEST else NOTICE_LIMIT)
            if kind == _REQUEST:
                return message
            self.client.write(message)

    async def _whole(self, most: int) -> bytes:
        self._left -= 1
        if self._left < 0:
            raise ProtocolViolation("PostgreSQL says too much before it lets the client in")
        while (message := self.server.take(most)) is None:
            if self.server.lost:
                raise ServerEnds
            await self._wait()
        return message

    async def ask(self, message: bytes, expected: Request) -> bytes:
        """Tell the server something, and return the body of the request that must follow."""
        if message:
            self.server.write(message)
        found, body = read_authentication(await self.request())
        if found != expected:
            raise ProtocolViolation(f"PostgreSQL sent authentication request {found} out of turn")
        return body

    async def either(self, most: int, *, asked: bool) -> bytes | None:
        """Wait until one has spoken; return the client's answer, or None for the server's turn.

        Until the client is `asked`, it has nothing to say.
        """
        while self.server.kind is None and not self.server.lost:
            if asked and (message := self._answered(most, "password")) is not None:
                return message
            await self._wait()
        return None

    async def _wait(self) -> None:
        """Raises Gone when there is nobody left to log in."""
        if self.client.lost:
            raise Gone
        self._news.clear()
        await self._news.wait()
        if self.client.lost:
            raise Gone

    def hand_over(self, client: Receiver, server: Receiver, adopt: Adopt) -> None:
        """Give both sockets away, with what has come from them; the server's comes first."""
        flow = (self.server.hand_over(server, adopt), self.client.hand_over(client, adopt))
        for begin in flow:
            begin()

    async def refusal(self) -> bytes | None:
        """Return why the server does not let a client in whose password it has taken.

        None when it does; nothing when it has left without a word. The client is told so far.
        """
        self.client.write(self.welcome)
        while self.server.kind is None:
            if self.server.lost:
                return b""
            await self._wait()
        return await self._whole(NOTICE_LIMIT) if self.server.kind == _ERROR else None

    def take_client(self, client: asyncio.Protocol) -> None:
        """Give the client's socket away; the server's is closed, as by a client that leaves."""
        self.server.write(TERMINATE)
        self.server.finish(b"")
        self.client.hand_over(client)()

    def refuse(self, last_words: bytes) -> None:
        """Tell the client why it is not served, and close both."""
        self.server.abort()
        self.client.finish(last_words)
