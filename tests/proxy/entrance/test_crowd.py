"""Clients that have not said what they want: when it becomes tight, the slow ones go."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
import uvloop

from pgtoll.entrance import crowd
from pgtoll.entrance.crowd import Crowd
from pgtoll.entrance.opening import Opening

Client = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Come = Callable[[int], Awaitable[list[Client]]]


def with_crowd(story: Callable[[Crowd, Come], Awaitable[None]]) -> None:
    """Tell a story of clients that come."""

    async def main() -> None:
        here, clients = Crowd(), list[Client]()

        def arrival() -> Opening:
            opening = Opening(lambda *_: None, heard=here.leave)
            here.join(opening)
            return opening

        async def come(count: int) -> list[Client]:
            came = [await asyncio.open_connection("127.0.0.1", port) for _ in range(count)]
            await asyncio.sleep(0.05)
            clients.extend(came)
            return came

        loop = asyncio.get_running_loop()
        async with await loop.create_server(arrival, "127.0.0.1", 0) as listener:
            port = listener.sockets[0].getsockname()[1]
            await story(here, come)
            for _, writer in clients:
                writer.transport.abort()
            await asyncio.sleep(0.05)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())


async def is_gone(client: Client) -> bool:
    try:
        async with asyncio.timeout(0.1):
            return not await client[0].read(1)
    except ConnectionResetError:
        return True
    except TimeoutError:
        return False


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crowd, "CROWD", 10)
    monkeypatch.setattr(crowd, "MOST", 20)
    monkeypatch.setattr(crowd, "_SWEPT", 2)
    monkeypatch.setattr(crowd, "DAWDLE_SECONDS", 0.0)


def test_the_oldest_make_way() -> None:
    async def story(here: Crowd, come: Come) -> None:
        first = await come(10)
        (last,) = await come(1)
        assert [await is_gone(client) for client in first] == [True] * 2 + [False] * 8
        assert not await is_gone(last)
        assert len(here) == 9

    with_crowd(story)


def test_who_has_just_come_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crowd, "DAWDLE_SECONDS", 60.0)

    async def story(here: Crowd, come: Come) -> None:
        clients = await come(20)
        assert not any([await is_gone(client) for client in clients])
        (last,) = await come(1)  # but there is an end to it
        assert await is_gone(last)
        assert len(here) == 20

    with_crowd(story)


def test_who_has_gone_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crowd, "DAWDLE_SECONDS", 60.0)

    async def story(here: Crowd, come: Come) -> None:
        for _ in range(5):
            for _, writer in await come(10):
                writer.transport.abort()
            await asyncio.sleep(0.05)
        (last,) = await come(1)
        assert not await is_gone(last)
        assert len(here) == 1

    with_crowd(story)
