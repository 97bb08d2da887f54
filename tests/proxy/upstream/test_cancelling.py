"""Cancel requests are bounded, and each gets its turn."""

import asyncio

import pytest

from pgtoll.errors import ServerUnavailable, TooManyClients
from pgtoll.upstream.cancelling import AT_ONCE, MOST, MOST_OF_ADDRESS, Cancelling
from pgtoll.wire.startup import CancelRequest

PACKET = CancelRequest(b"a cancel request")


class Server:
    """Takes cancel requests when it is told to."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.under_way = self.most = self.taken = 0

    async def send(self, packet: CancelRequest) -> None:
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        await self.open.wait()
        self.under_way -= 1
        self.taken += 1


def test_so_many_at_a_time_and_all_in_the_end() -> None:
    async def story() -> None:
        server = Server()
        cancelling = Cancelling(server.send)
        tasks = [asyncio.ensure_future(cancelling.pass_on(PACKET, "a")) for _ in range(100)]
        await asyncio.sleep(0)
        server.open.set()
        await asyncio.gather(*tasks)
        assert (server.most, server.taken) == (AT_ONCE, 100)

    asyncio.run(story())


@pytest.mark.parametrize(("address", "most"), [("10.0.0.7", MOST_OF_ADDRESS), ("", MOST)])
def test_more_than_may_wait_are_turned_away(address: str, most: int) -> None:
    async def story() -> None:
        server = Server()
        cancelling = Cancelling(server.send)
        tasks = [asyncio.ensure_future(cancelling.pass_on(PACKET, address)) for _ in range(most)]
        await asyncio.sleep(0)
        with pytest.raises(TooManyClients):
            await cancelling.pass_on(PACKET, address)
        server.open.set()
        await asyncio.gather(*tasks)
        await cancelling.pass_on(PACKET, address)

    asyncio.run(story())


def test_one_address_keeps_no_other_out() -> None:
    async def story() -> None:
        server = Server()
        cancelling = Cancelling(server.send)
        tasks = [
            asyncio.ensure_future(cancelling.pass_on(PACKET, "a")) for _ in range(MOST_OF_ADDRESS)
        ]
        tasks.append(asyncio.ensure_future(cancelling.pass_on(PACKET, "b")))
        await asyncio.sleep(0)
        server.open.set()
        await asyncio.gather(*tasks)

    asyncio.run(story())


def test_what_fails_makes_room() -> None:
    async def fail(packet: CancelRequest) -> None:
        raise ServerUnavailable("nobody there")

    async def story() -> None:
        cancelling = Cancelling(fail)
        for _ in range(MOST_OF_ADDRESS + 1):
            with pytest.raises(ServerUnavailable):
                await cancelling.pass_on(PACKET, "a")

    asyncio.run(story())
