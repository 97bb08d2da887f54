"""A server that answers a request for TLS in some way, and what a client of it makes of that."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress

import uvloop

from pgtoll.wire.startup import SSL_REQUEST

SECONDS = 10.0

Work = Callable[[asyncio.Transport], Awaitable[None]]


class Answering:
    """It listens, answers each client the same, and echoes what comes then."""

    def __init__(self, answer: bytes, context: ssl.SSLContext | None = None) -> None:
        self._answer = answer
        self._context = context
        self.asked: list[bytes] = []  # what each client said first
        self.names: list[str | None] = []  # the hosts that clients have named
        if context is not None:
            context.sni_callback = lambda _, name, __: self.names.append(name)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            if self._answer:
                self.asked.append(await reader.readexactly(len(SSL_REQUEST)))
                writer.write(self._answer)
                await writer.drain()
            if self._context is not None:
                await writer.start_tls(self._context)
            while data := await reader.read(1 << 16):
                writer.write(data)
        writer.transport.abort()

    def meet(self, work: Work) -> None:
        """Connect to it, and run `work` with the socket's transport."""

        async def main() -> None:
            loop = asyncio.get_running_loop()
            listener = await asyncio.start_server(self.serve, "127.0.0.1", 0)
            port = listener.sockets[0].getsockname()[1]
            transport, _ = await loop.create_connection(asyncio.Protocol, "127.0.0.1", port)
            try:
                async with asyncio.timeout(SECONDS):
                    await work(transport)
            finally:
                transport.abort()
                listener.close()
                await asyncio.sleep(0.01)

        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(main())
