"""Where others look how the program is: /metrics, /healthz and /readyz over HTTP."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from http import HTTPStatus
from typing import NamedTuple

from pgtoll.figures.exposition import CONTENT_TYPE, exposed
from pgtoll.figures.figures import Figures

REQUEST_BYTES = 8 << 10  # of a request and its headers
REQUEST_SECONDS = 5.0  # for a request to come, and an answer to go
MOST = 64  # requests at once; more are turned away


class Reply(NamedTuple):
    status: HTTPStatus
    text: str
    type: str = "text/plain; charset=utf-8"

    def packed(self, *, body: bool = True) -> bytes:
        data = self.text.encode()
        head = (
            f"HTTP/1.1 {self.status.value} {self.status.phrase}\r\n"
            f"Content-Type: {self.type}\r\nContent-Length: {len(data)}\r\n"
            "Cache-Control: no-store\r\nConnection: close\r\n\r\n"
        )
        return head.encode() + (data if body else b"")


class Monitor:
    """A server of three small pages; each request is a connection."""

    def __init__(self, figures: Callable[[], Awaitable[Figures]]) -> None:
        self._figures = figures
        self._server: asyncio.Server | None = None
        self._open = 0
        self.ready = False  # the program takes clients

    async def listen(self, sock: socket.socket) -> None:
        self._server = await asyncio.start_server(self._serve, sock=sock.dup(), limit=REQUEST_BYTES)

    def close(self) -> None:
        if self._server is not None:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open += 1
        try:
            async with asyncio.timeout(REQUEST_SECONDS):
                writer.write(await self._answer(reader))
                await writer.drain()
        except (OSError, TimeoutError):
            pass
        finally:
            self._open -= 1
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _answer(self, reader: asyncio.StreamReader) -> bytes:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.LimitOverrunError:
            return Reply(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "too long\n").packed()
        except asyncio.IncompleteReadError:
            return b""
        method, _, rest = head.partition(b"\r\n")[0].partition(b" ")
        path = rest.partition(b" ")[0].partition(b"?")[0].decode("ascii", "replace")
        if method not in (b"GET", b"HEAD"):
            return Reply(HTTPStatus.METHOD_NOT_ALLOWED, "GET or HEAD\n").packed()
        if self._open > MOST:
            return Reply(HTTPStatus.SERVICE_UNAVAILABLE, "too many requests at once\n").packed()
        return (await self._page(path)).packed(body=method == b"GET")

    async def _page(self, path: str) -> Reply:
        if path not in ("/metrics", "/healthz", "/readyz"):
            text = "there are /metrics, /healthz and /readyz\n"
            return Reply(HTTPStatus.NOT_FOUND, text)
        figures = await self._figures()
        if path == "/metrics":
            return Reply(HTTPStatus.OK, exposed(figures), CONTENT_TYPE)
        problem = self._unready(figures) if path == "/readyz" else self._unhealthy(figures)
        status = HTTPStatus.SERVICE_UNAVAILABLE if problem else HTTPStatus.OK
        return Reply(status, f"{problem or 'ok'}\n")

    def _unhealthy(self, figures: Figures) -> str:
        """Why the program should be started again; while it starts or ends it is well."""
        return "no worker answers" if self.ready and not figures.workers else ""

    def _unready(self, figures: Figures) -> str:
        """Why no clients should be sent here now."""
        if not self.ready or figures.draining:
            return "it is starting or stopping"
        if figures.workers < 1:
            return "no worker answers"
        if figures.lapsed:
            return f"every statement is refused: {_unconfirmed(figures)}"
        if figures.store_connected < figures.workers:
            return f"the store is not connected: {_unconfirmed(figures)}"
        return figures.store_problem


def _unconfirmed(figures: Figures) -> str:
    said = f"it has confirmed nothing for {figures.policy_unconfirmed:.0f} s"
    allowed = f"{said}, and {figures.policy_grace:g} s are allowed (store_grace)"
    return f"{allowed}: {figures.store_problem}" if figures.store_problem else allowed
