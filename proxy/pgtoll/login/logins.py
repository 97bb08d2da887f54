"""One client's login: who checks the password, and how the server is told."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from pgtoll.config import Auth, Login
from pgtoll.errors import RefusedLogin, ServerUnavailable
from pgtoll.login.line import Line
from pgtoll.login.lookup import Lookup
from pgtoll.login.proving import (
    OK,
    Proven,
    asks_for_scram,
    check,
    prove,
    unanswerable,
    unbound,
)
from pgtoll.login.relaying import relay
from pgtoll.login.securing import encrypted, end_point, named
from pgtoll.login.talk import ServerEnds, Talk
from pgtoll.wire.sasl import Request, read_authentication
from pgtoll.wire.startup import Startup

log = logging.getLogger("pgtoll.login")

Connect = Callable[[Callable[[], Line], bytes], Awaitable[tuple[asyncio.Transport, Line]]]


class Logins:
    """Logs clients in."""

    def __init__(self, connect: Connect, lookup: Lookup, how: Login) -> None:
        """`connect` opens a connection to the server with the protocol that a function makes, and
        sends the start-up packet."""
        self.how = how  # clients that come from here on log in
        self._connect = connect
        self._lookup = lookup

    async def run(self, talk: Talk, startup: Startup, seconds: float) -> None:
        """Log a client in; then the server has let it in, or has said why not and is still to be
        heard.

        Raises RefusedLogin, ProtocolViolation, ServerUnavailable, Gone: the client is not served.
        """
        try:
            async with asyncio.timeout(seconds):
                await self._log_in(talk, startup, self.how)
        except ServerEnds:
            return
        except TimeoutError as exc:
            raise RefusedLogin("57014", "canceling authentication due to timeout") from exc

    async def _log_in(self, talk: Talk, startup: Startup, how: Login) -> None:
        match how.auth:
            case Auth.RELAY:
                await self._as_the_server_asks(talk, startup, how)
            case Auth.SCRAM:
                # Before the server hears of the client: it may trust us, and would take the
                # client's settings before the client has proven anything.
                proven = await self._checked(talk, startup, how)
                await self._vouch(talk, proven, await self._reach(talk, startup))
            case Auth.CERT:
                _check_certificate(talk, startup.user)
                number, _ = read_authentication(await self._reach(talk, startup))
                if number != Request.OK:
                    raise unanswerable(number)
                talk.welcome = OK

    async def _as_the_server_asks(self, talk: Talk, startup: Startup, how: Login) -> None:
        request = await self._reach(talk, startup)
        both = encrypted(talk.client.transport) and encrypted(talk.server.transport)
        if both and asks_for_scram(request):
            # Each side would find that the other sees another certificate.
            await self._vouch(talk, await self._checked(talk, startup, how), request)
        else:
            await relay(talk, request)

    async def _reach(self, talk: Talk, startup: Startup) -> bytes:
        """Connect to the server and return what it asks for first."""
        transport, _ = await self._connect(lambda: talk.server, startup.raw)
        if transport.is_closing():  # it has no process to spare, or is going down
            raise ServerUnavailable("PostgreSQL closed the connection at once")
        return await talk.request()

    async def _checked(self, talk: Talk, startup: Startup, how: Login) -> Proven:
        """Have the client prove its password. Whoever has none is asked all the same."""
        user = startup.user
        found = await self._lookup.find(user, how.query)
        proven = await check(talk, found.secret, end_point(talk.client.transport))
        if proven is None:
            log.info("log-in of user %s failed: %s", user, found.lack or "wrong password")
            raise RefusedLogin("28P01", f'password authentication failed for user "{user}"')
        return proven

    async def _vouch(self, talk: Talk, proven: Proven, request: bytes) -> None:
        binding = end_point(talk.server.transport)
        if binding is None and encrypted(talk.server.transport) and asks_for_scram(request):
            request = unbound(request)
        await prove(talk, proven, request, binding)
        talk.welcome = proven.last + OK


def _check_certificate(talk: Talk, user: str) -> None:
    """The client's certificate must name the role, as PostgreSQL's method cert has it."""
    name = named(talk.client.transport)
    if name is None:
        raise RefusedLogin("28000", "connection requires a valid client certificate")
    if name != user:
        log.info("log-in of user %s failed: the certificate names %s", user, name)
        raise RefusedLogin("28000", f'certificate authentication failed for user "{user}"')
