"""Processes ask each other over a pipe: in any order, both ways, until one has ended."""

import asyncio
import socket
from collections.abc import Awaitable, Callable

import pytest

from pgtoll.config import Config
from pgtoll.errors import ConfigError, PgtollError
from pgtoll.program.control import (
    Apply,
    Channel,
    Doors,
    Everybody,
    Ready,
    Reload,
    Request,
    Stop,
    Tell,
)

Story = Callable[[Channel, Channel], Awaitable[None]]


async def answer(request: Request) -> object:
    match request:
        case Everybody(inner):
            await asyncio.sleep(0.02)
            return [await answer(inner)]
        case Reload():
            raise ConfigError("the file is broken")
        case Ready():
            raise ZeroDivisionError
    return request


def between(story: Story) -> None:
    """Run a story with both ends of a pipe."""

    async def main() -> None:
        ends = socket.socketpair()
        one, other = (Channel(sock, answer) for sock in ends)
        async with asyncio.timeout(5), asyncio.TaskGroup() as tasks:
            running = [tasks.create_task(channel.run()) for channel in (one, other)]
            await story(one, other)
            for task in running:
                task.cancel()

    asyncio.run(main())


def test_whatever_is_asked_arrives_as_it_is() -> None:
    async def story(one: Channel, other: Channel) -> None:
        for request in (Tell(), Apply(Config(workers=3)), Doors(frozenset({1})), Stop(fast=True)):
            assert await one.ask(request) == request
            assert await other.ask(request) == request

    between(story)


def test_answers_come_in_any_order() -> None:
    async def story(one: Channel, other: Channel) -> None:
        asked = [Everybody(Stop()), Tell(), Everybody(Tell())]
        assert await asyncio.gather(*map(one.ask, asked)) == [[Stop()], Tell(), [Tell()]]

    between(story)


def test_a_problem_is_raised_where_it_was_asked_about() -> None:
    async def story(one: Channel, other: Channel) -> None:
        with pytest.raises(ConfigError, match="the file is broken"):
            await one.ask(Reload())
        assert await one.ask(Tell()) == Tell()

    between(story)


def test_a_fault_is_not_told_to_others(caplog: pytest.LogCaptureFixture) -> None:
    async def story(one: Channel, other: Channel) -> None:
        with pytest.raises(PgtollError, match="internal error"):
            await one.ask(Ready())

    between(story)
    assert "ZeroDivisionError" in caplog.text


def test_an_answer_much_larger_than_a_pipe_holds_arrives() -> None:
    async def story(one: Channel, other: Channel) -> None:
        request = Ready("x" * 3_000_000)
        assert await one.ask(Everybody(Everybody(Doors(frozenset(range(300_000))))))
        one.tell(request)

    between(story)


def test_who_has_ended_answers_nothing_any_more() -> None:
    async def main() -> None:
        ours, theirs = socket.socketpair()
        channel = Channel(ours, answer)
        async with asyncio.timeout(5), asyncio.TaskGroup() as tasks:
            tasks.create_task(channel.run())
            asked = tasks.create_task(told(channel))
            await asyncio.sleep(0.02)
            theirs.close()
            assert await asked == "the process has ended"

    async def told(channel: Channel) -> str:
        with pytest.raises(PgtollError) as caught:
            await channel.ask(Tell())
        return str(caught.value)

    asyncio.run(main())
