"""Three small pages over a real socket: what they say, and what they put up with."""

import asyncio
import socket
from collections.abc import Awaitable, Callable

import pytest

import pgtoll.figures.monitor
from pgtoll.figures.figures import Figures
from pgtoll.figures.monitor import REQUEST_BYTES, Monitor

FINE = Figures(workers=2, workers_wanted=2, store_connected=2)
Asked = Callable[[bytes], Awaitable[bytes]]


def monitored(story: Callable[[Asked, Monitor], Awaitable[None]], figures: Figures = FINE) -> None:
    """Run a story with a monitor of a program with such figures, and what asks it."""

    async def found() -> Figures:
        return figures

    async def main() -> None:
        monitor = Monitor(found)
        monitor.ready = True
        with socket.create_server(("127.0.0.1", 0)) as sock:
            await monitor.listen(sock)

            async def ask(request: bytes) -> bytes:
                reader, writer = await asyncio.open_connection(*sock.getsockname())
                writer.write(request)
                reply = await reader.read()
                writer.close()
                return reply

            async with asyncio.timeout(10):
                await story(ask, monitor)
            monitor.close()

    asyncio.run(main())


def get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode()


def test_the_pages_are_there() -> None:
    async def story(ask: Asked, _: Monitor) -> None:
        for path in ("/metrics", "/healthz", "/readyz", "/readyz?x=1"):
            assert (await ask(get(path))).startswith(b"HTTP/1.1 200 OK\r\n")
        reply = await ask(get("/metrics"))
        head, body = reply.split(b"\r\n\r\n")
        assert b"text/plain; version=0.0.4" in head
        assert f"Content-Length: {len(body)}".encode() in head
        assert b"\npgtoll_workers 2\n" in body
        assert (await ask(b"HEAD /metrics HTTP/1.0\r\n\r\n")).partition(b"\r\n\r\n")[2] == b""

    monitored(story)


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (get("/"), b"404"),
        (get("/metrics/../healthz"), b"404"),
        (b"POST /metrics HTTP/1.1\r\n\r\n", b"405"),
        (b"\xff\xfe\r\n\r\n", b"405"),
        (b"GET /" + b"x" * 2 * REQUEST_BYTES + b"\r\n\r\n", b"431"),
    ],
)
def test_anything_else_is_turned_away(request_: bytes, status: bytes) -> None:
    async def story(ask: Asked, _: Monitor) -> None:
        assert (await ask(request_)).split(b" ")[1] == status

    monitored(story)


@pytest.mark.parametrize(
    ("figures", "why"),
    [
        (Figures(), b"no worker answers"),
        (Figures(workers=2, store_connected=1), b"the store is not connected"),
        (Figures(workers=2, store_connected=2, draining=1), b"starting or stopping"),
        (
            Figures(workers=2, store_connected=1, policy_unconfirmed=12.4, policy_grace=300),
            b"confirmed nothing for 12 s, and 300 s are allowed",
        ),
        (
            Figures(workers=2, store_connected=2, lapsed=1, store_problem="put back"),
            b"every statement is refused: ",
        ),
        (Figures(workers=2, store_connected=2, store_problem="put back"), b"put back"),
    ],
)
def test_it_is_said_why_no_clients_should_come(figures: Figures, why: bytes) -> None:
    async def story(ask: Asked, _: Monitor) -> None:
        reply = await ask(get("/readyz"))
        assert reply.startswith(b"HTTP/1.1 503 ")
        assert why in reply

    monitored(story, figures)


def test_a_program_that_starts_or_stops_is_well_but_not_ready() -> None:
    async def story(ask: Asked, monitor: Monitor) -> None:
        monitor.ready = False
        assert b" 200 " in await ask(get("/healthz"))
        assert b" 503 " in await ask(get("/readyz"))

    monitored(story)


def test_a_program_whose_workers_are_all_stuck_is_not_well() -> None:
    async def story(ask: Asked, monitor: Monitor) -> None:
        assert b" 503 " in await ask(get("/healthz"))

    monitored(story, Figures())


def test_who_says_nothing_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pgtoll.figures.monitor, "REQUEST_SECONDS", 0.1)

    async def story(ask: Asked, _: Monitor) -> None:
        assert await ask(b"GET /metrics") == b""

    monitored(story)
