"""The console's side of a socket: messages in turn, bounded, and a last word."""

import asyncio
from collections.abc import Awaitable, Callable

from peers import kinds
from raw_client import SECONDS

from pgtoll.admin.answers import Table, columns
from pgtoll.admin.client import AHEAD, LIMIT, PARAMETERS, AdminClient
from pgtoll.admin.conversation import Conversation
from pgtoll.admin.language import Command
from pgtoll.wire.messages import TERMINATE, message, query

SHOWN = Table(columns("name"), [("a",)])
GREETING = f"{'S ' * len(PARAMETERS)}K ZI"


def heard(*data: bytes) -> str:
    """The kinds of the answers to a client that sends something and then only listens."""

    async def story(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.writelines(data)
        if data[-1] != TERMINATE:
            writer.write_eof()
        return await reader.read()

    return kinds(asyncio.run(_served(story)))


async def _served(
    story: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[bytes]],
) -> bytes:
    clients: list[AdminClient] = []
    serving: list[asyncio.Task[None]] = []

    class Arrival(AdminClient):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            super().connection_made(transport)
            clients.append(self)
            serving.append(asyncio.create_task(self.serve()))

    async def run(command: Command) -> Table | None:
        return SHOWN if command.verb == "SHOW" else None

    loop = asyncio.get_running_loop()
    listener = await loop.create_server(
        lambda: Arrival(Conversation(run, lambda _: SHOWN.columns)), "127.0.0.1", 0
    )
    port = listener.sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        async with asyncio.timeout(SECONDS):
            said = await story(reader, writer)
            await asyncio.gather(*serving)
        return said
    finally:
        writer.close()
        listener.close()


def test_a_client_is_greeted_and_answered_in_turn() -> None:
    found = heard(query(b"SHOW STATS"), query(b"PAUSE"), TERMINATE)
    assert found == f"{GREETING} T D C ZI C ZI"


def test_more_than_fit_are_answered_all_the_same() -> None:
    found = heard(query(b"PAUSE") * (AHEAD * 3), TERMINATE)
    assert found == GREETING + " C ZI" * (AHEAD * 3)


def test_a_client_that_hangs_up_is_let_go() -> None:
    assert heard(query(b"PAUSE")).startswith(GREETING)


def test_what_has_no_place_here_ends_the_session() -> None:
    assert heard(message(b"F", b""), TERMINATE) == f"{GREETING} E08P01"
    assert heard(b"Q\0\0\0\1", TERMINATE) == f"{GREETING} E08P01"


def test_a_command_is_no_longer_than_a_page() -> None:
    assert heard(query(b"-" * (LIMIT + 1)), TERMINATE) == f"{GREETING} E08P01"
