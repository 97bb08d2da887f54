"""A program that takes another's place gets its very sockets, and nothing is lost on the way."""

import asyncio
import contextlib
import secrets
import socket
import sys
from collections.abc import Awaitable, Callable

import pytest

import pgtoll.listening.handover
from pgtoll.errors import ConfigError
from pgtoll.listening.handover import BATCH, Named, Offer, Taken, take

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="abstract sockets are Linux's")


def listening(number: int = 1) -> list[Named]:
    return [("clients", socket.create_server(("127.0.0.1", 0))) for _ in range(number)]


Ask = Callable[[], Awaitable[Taken | None]]


def offered(
    sockets: list[Named],
    story: Callable[[Offer, Ask], Awaitable[None]],
) -> None:
    """Run a story with an offer of these sockets, and what takes them."""
    address = f"test-{secrets.token_hex(4)}"

    async def main() -> None:
        offer = Offer([address], sockets)
        try:
            await story(offer, lambda: asyncio.to_thread(take, address))
        finally:
            offer.close()
            for _, sock in sockets:
                sock.close()

    asyncio.run(main())


def let_go(taken: Taken) -> None:
    taken.peer.close()
    for _, sock in taken.sockets:
        sock.close()


def test_nobody_offers_anything() -> None:
    assert take(f"test-{secrets.token_hex(4)}") is None


@pytest.mark.parametrize("number", [1, 3, BATCH, BATCH + 1])
def test_all_sockets_arrive_in_order(number: int) -> None:
    sockets = listening(number)

    async def story(offer: Offer, ask: Ask) -> None:
        offer.open()
        taken = await ask()
        assert taken is not None
        assert [(name, sock.getsockname()) for name, sock in taken.sockets] == [
            (name, sock.getsockname()) for name, sock in sockets
        ]
        let_go(taken)

    offered(sockets, story)


def test_what_waits_in_a_socket_is_not_lost_when_the_first_program_closes_it() -> None:
    sockets = listening()

    async def story(offer: Offer, ask: Ask) -> None:
        offer.open()
        with socket.create_connection(sockets[0][1].getsockname()) as client:
            client.sendall(b"hello")
            taken = await ask()
            assert taken is not None
            sockets[0][1].close()
            with taken.sockets[0][1].accept()[0] as served:
                assert served.recv(5) == b"hello"
        let_go(taken)

    offered(sockets, story)


def test_all_sockets_are_had_at_each_of_several_addresses() -> None:
    one, other = (f"test-{secrets.token_hex(4)}" for _ in range(2))
    sockets = listening(2)

    async def story() -> None:
        for address in (one, other):
            offer = Offer([one, other], sockets)
            offer.open()
            taken = await asyncio.to_thread(take, address)
            assert taken is not None
            assert len(taken.sockets) == 2
            assert await asyncio.to_thread(take, one) is None
            assert await asyncio.to_thread(take, other) is None
            let_go(taken)
            offer.close()

    asyncio.run(story())
    for _, sock in sockets:
        sock.close()


def test_a_second_successor_asks_the_first_until_that_has_ended() -> None:
    async def story(offer: Offer, ask: Ask) -> None:
        offer.open()
        first = await ask()
        assert first is not None
        assert await ask() is None
        let_go(first)
        again = None
        while again is None:
            await asyncio.sleep(0.01)
            again = await ask()
        let_go(again)

    offered(listening(), story)


def test_what_is_closed_is_not_offered() -> None:
    async def story(offer: Offer, ask: Ask) -> None:
        offer.open()
        offer.close()
        offer.open()
        assert await ask() is None

    offered(listening(), story)


def test_another_account_gets_and_gives_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(offer: Offer, ask: Ask) -> None:
        offer.open()
        monkeypatch.setattr(pgtoll.listening.handover, "_is_trusted", lambda peer: False)
        with pytest.raises(ConfigError, match="another account's"):
            await ask()

    offered(listening(), story)


def test_a_program_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pgtoll.listening.handover, "TAKE_SECONDS", 0.1)
    name = f"test-{secrets.token_hex(4)}"
    with contextlib.closing(socket.socket(socket.AF_UNIX)) as silent:
        silent.bind(f"\0pgtoll/{name}")
        silent.listen()
        with pytest.raises(ConfigError, match="does not answer"):
            take(name)
