"""What every request passes before a page sees it, and every answer on its way out.

A request must name us as its host and must not be too large; an answer forbids the browser
whatever our pages do not need.
"""

from collections.abc import Iterable, MutableMapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pgtoll.console.travellers import Network, is_own_host, traveller

LARGEST_REQUEST = 4 << 20  # bytes; a product file of a large application has some 100 kB

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
PRIVATE = "no-store"  # what a page shows is for who is logged in now
A_YEAR = "max-age=31536000"


class Fence:
    """ASGI middleware around all there is."""

    def __init__(
        self, app: ASGIApp, *, hosts: Iterable[str] = (), forwarders: Iterable[Network] = ()
    ) -> None:
        self._app = app
        self._hosts = frozenset(hosts)
        self._forwarders = tuple(forwarders)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await self._pass(scope, receive, send)

    async def _pass(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        secure = self._locate(scope, headers)
        outlet = _Outlet(send, secure=secure)
        if not is_own_host(headers.get("host", ""), self._hosts):
            text = "This is not the host that the address names. Ask the operator to list it.\n"
            await PlainTextResponse(text, 421)(scope, receive, outlet.send)
            return
        await self._app(scope, _Inlet(receive, headers).receive, outlet.send)

    def _locate(self, scope: Scope, headers: Headers) -> bool:
        """Write who is really there into the scope; return whether the way is encrypted."""
        peer, port = scope.get("client") or ("", 0)
        found = traveller(
            peer, secure=scope["scheme"] == "https", headers=headers, forwarders=self._forwarders
        )
        scope["client"] = (found.address, port)
        scope["scheme"] = "https" if found.secure else "http"
        return found.secure


class _Inlet:
    """Counts what is read of a request. Raises HTTPException, which the pages know how to show."""

    def __init__(self, receive: Receive, headers: Headers) -> None:
        self._receive = receive
        announced = headers.get("content-length", "")
        self._left = LARGEST_REQUEST - (int(announced[:20]) if announced.isdecimal() else 0)
        self._counts = not announced.isdecimal()

    async def receive(self) -> Message:
        message = await self._receive()
        if self._counts:
            self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise HTTPException(413, f"A request may have {LARGEST_REQUEST:,} bytes.")
        return message


class _Outlet:
    """Adds our headers to an answer."""

    def __init__(self, send: Send, *, secure: bool) -> None:
        self._send = send
        self._secure = secure

    async def send(self, message: MutableMapping[str, object]) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            headers.setdefault("cache-control", PRIVATE)
            if self._secure:
                headers.setdefault("strict-transport-security", A_YEAR)
        await self._send(message)
