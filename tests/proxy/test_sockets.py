"""Sockets served past the event loop: real ones, whose other ends are the test's."""

import asyncio
import errno
import socket
import struct
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

import pytest
import uvloop

from pgtoll.sockets import Poller, Receiver, SocketTransport

SECONDS = 10.0
WAKES = 500
LARGE = bytes(range(256)) * 4096 * 8  # more than the kernel takes at once


Ends = tuple[SocketTransport, socket.socket]


class Heard(asyncio.Protocol):
    """Everything a protocol is told."""

    def __init__(self) -> None:
        self.data = b""
        self.pauses: list[str] = []
        self.ended = False
        self.lost: list[Exception | None] = []
        self.fails = False

    def data_received(self, data: bytes) -> None:
        if self.fails:
            raise RuntimeError("a surprise")
        self.data += data

    def eof_received(self) -> bool:
        self.ended = True
        return False

    def pause_writing(self) -> None:
        self.pauses.append("pause")

    def resume_writing(self) -> None:
        self.pauses.append("resume")

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost.append(exc)


class Passing(Receiver):
    """One whose bytes need nothing of the event loop."""

    def __init__(self) -> None:
        self.data = b""

    def data_received(self, data: bytes) -> bool:
        self.data += data
        return True


@contextmanager
def pair(
    poller: Poller, heard: asyncio.Protocol
) -> Iterator[tuple[SocketTransport, socket.socket]]:
    """A transport that reads, and the other end of its connection."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        near = socket.create_connection(listener.getsockname())
        far = listener.accept()[0]
    transport = SocketTransport(poller, near, heard)
    transport.resume_reading()
    with far:
        yield transport, far
        transport.abort()


def served(work: Callable[[Poller], Awaitable[None]]) -> None:
    async def main() -> None:
        poller = Poller(asyncio.get_running_loop())
        try:
            async with asyncio.timeout(SECONDS):
                await work(poller)
        finally:
            poller.close()
            await asyncio.sleep(0)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())


async def until(fact: Callable[[], object]) -> None:
    while not fact():  # noqa: ASYNC110 (nobody says so)
        await asyncio.sleep(0.001)


async def all_of(far: socket.socket, size: int) -> bytes:
    far.setblocking(False)
    data = b""
    while len(data) < size:
        data += await asyncio.get_running_loop().sock_recv(far, 1 << 20)
    return data


def test_bytes_go_both_ways() -> None:
    async def work(poller: Poller) -> None:
        heard = Heard()
        with pair(poller, heard) as (transport, far):
            far.sendall(b"in")
            await until(lambda: heard.data == b"in")
            transport.write(b"out")
            assert await all_of(far, 3) == b"out"
            assert transport.get_extra_info("peername") == far.getsockname()

    served(work)


def test_a_burst_that_needs_nothing_of_the_loop_does_not_hold_it_up() -> None:
    async def work(poller: Poller) -> None:
        passing = Passing()
        with pair(poller, asyncio.Protocol()) as (transport, far):
            transport.set_protocol(passing)  # type: ignore[arg-type]
            echo = asyncio.get_running_loop().run_in_executor(None, far.sendall, LARGE)
            turns = 0
            while len(passing.data) < len(LARGE):
                await asyncio.sleep(0)
                turns += 1
            await echo
            assert passing.data == LARGE
            assert turns > 1

    served(work)


def test_what_the_kernel_does_not_take_waits_and_the_protocol_is_told() -> None:
    async def work(poller: Poller) -> None:
        heard = Heard()
        with pair(poller, heard) as (transport, far):
            transport.write(LARGE)
            transport.write(b"last")
            assert heard.pauses == ["pause"]
            assert transport.get_write_buffer_size() > 64 << 10
            assert await all_of(far, len(LARGE) + 4) == LARGE + b"last"
            assert heard.pauses == ["pause", "resume"]
            assert transport.get_write_buffer_size() == 0

    served(work)


def test_nothing_is_read_while_it_is_paused() -> None:
    async def work(poller: Poller) -> None:
        heard = Heard()
        with pair(poller, heard) as (transport, far):
            transport.pause_reading()
            far.sendall(b"later")
            await asyncio.sleep(0.02)
            assert not heard.data
            transport.resume_reading()
            await until(lambda: heard.data == b"later")

    served(work)


def test_the_end_of_the_peers_bytes_closes_when_all_is_written() -> None:
    async def work(poller: Poller) -> None:
        heard = Heard()
        with pair(poller, heard) as (transport, far):
            transport.write(LARGE)
            far.shutdown(socket.SHUT_WR)
            await until(lambda: heard.ended)
            assert transport.is_closing()
            assert not heard.lost
            assert await all_of(far, len(LARGE)) == LARGE
            await until(lambda: heard.lost == [None])

    served(work)


def test_closing_writes_what_waits_and_aborting_does_not() -> None:
    async def work(poller: Poller) -> None:
        heard = Heard()
        with pair(poller, heard) as (transport, far):
            transport.write(LARGE)
            transport.close()
            transport.write(b"too late")
            assert await all_of(far, len(LARGE)) == LARGE
            await until(lambda: heard.lost == [None])
            assert far.recv(1) == b""
        heard = Heard()
        with pair(poller, heard) as (transport, far):
            transport.write(LARGE)
            transport.abort()
            await until(lambda: heard.lost == [None])
            transport.abort()
            transport.close()
            await asyncio.sleep(0.01)
            assert heard.lost == [None]

    served(work)


def test_one_direction_ends_behind_what_waits() -> None:
    async def work(poller: Poller) -> None:
        heard = Heard()
        with pair(poller, heard) as (transport, far):
            transport.write(LARGE)
            transport.write_eof()
            transport.write(b"too late")
            assert await all_of(far, len(LARGE)) == LARGE
            far.setblocking(True)
            assert far.recv(1) == b""
            far.sendall(b"still heard")
            await until(lambda: heard.data == b"still heard")

    served(work)


@pytest.mark.parametrize("writes", [False, True])
def test_a_connection_that_breaks_is_told_once(writes: bool) -> None:
    async def work(poller: Poller) -> None:
        heard = Heard()
        with pair(poller, heard) as (transport, far):
            if writes:
                transport.pause_reading()
                transport.write(LARGE)
            far.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            far.close()
            await until(lambda: heard.lost)
            assert [getattr(exc, "errno", None) for exc in heard.lost] == [errno.ECONNRESET]
            transport.write(b"nobody")

    served(work)


def test_a_fault_of_the_protocol_ends_its_connection_alone(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def work(poller: Poller) -> None:
        faulty, sound = Heard(), Heard()
        faulty.fails = True
        with pair(poller, faulty) as (_, far), pair(poller, sound) as (_, other):
            far.sendall(b"x")
            other.sendall(b"y")
            await until(lambda: faulty.lost and sound.data == b"y")
            assert not sound.lost

    served(work)
    assert "a fault in pgtoll" in caplog.text


def test_the_loops_own_transport_is_taken_over_and_no_byte_is_lost() -> None:
    async def work(poller: Poller) -> None:
        before, after = Heard(), Heard()
        with socket.create_server(("127.0.0.1", 0)) as listener:
            near = socket.create_connection(listener.getsockname())
            far = listener.accept()[0]
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_connection(lambda: before, sock=near)
        with far:
            far.sendall(b"one")
            await until(lambda: before.data == b"one")
            far.sendall(b"two")
            ours = poller.adopt(transport)
            assert isinstance(ours, SocketTransport)
            assert ours.is_reading()
            ours.set_protocol(after)
            await until(lambda: after.data == b"two")
            ours.write(b"three")
            assert await all_of(far, 5) == b"three"
            assert not before.lost
            ours.abort()
            await until(lambda: after.lost)

    served(work)


def test_a_transport_with_bytes_to_write_stays_the_loops() -> None:
    async def work(poller: Poller) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            near = socket.create_connection(listener.getsockname())
            far = listener.accept()[0]
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_connection(asyncio.Protocol, sock=near)
        with far:
            transport.write(LARGE)
            assert poller.adopt(transport) is transport
            transport.abort()
            assert poller.adopt(transport) is transport

    served(work)


def test_closing_the_poller_closes_what_it_serves() -> None:
    async def work(poller: Poller) -> None:
        heard = Heard()
        other = Poller(asyncio.get_running_loop())
        with pair(other, heard) as (_, far):
            other.close()
            await until(lambda: heard.lost == [None])
            assert far.recv(1) == b""

    served(work)


class Ending(Receiver):
    """One that ends other connections, whose bytes came at the same time as its own."""

    def __init__(self) -> None:
        self.others: list[SocketTransport] = []
        self.made: list[socket.socket] = []

    def data_received(self, data: bytes) -> bool:
        for other in self.others:
            other.abort()
        # Whose descriptors these would be, if the others were closed by now.
        self.made += [socket.socket() for _ in self.others]
        self.others = []
        return True


def test_what_is_ended_by_others_bytes_hears_nothing_of_those_that_came_with_them() -> None:
    async def work(poller: Poller) -> None:
        ending = [Ending(), Ending()]
        with pair(poller, asyncio.Protocol()) as one, pair(poller, asyncio.Protocol()) as other:
            ends = [one, other]
            for (transport, _), receiver in zip(ends, ending, strict=True):
                transport.set_protocol(receiver)  # type: ignore[arg-type]
            ending[0].others, ending[1].others = [other[0]], [one[0]]
            descriptors = {one[0].fd, other[0].fd}
            for _, far in ends:
                far.sendall(b"x")  # both before the loop has a turn
            await asyncio.sleep(0.05)
            # Whichever was first has ended the other, whose number is not given out meanwhile.
            assert sorted(len(each.made) for each in ending) == [0, 1]
            [made] = ending[0].made + ending[1].made
            assert made.fileno() not in descriptors
            made.close()

    served(work)


class Echoing(Receiver):
    """One that tells whoever waits for it that a byte has come."""

    def __init__(self) -> None:
        self.heard = threading.Semaphore(0)

    def data_received(self, data: bytes) -> bool:
        self.heard.release(len(data))
        return True


def test_who_is_woken_at_the_end_of_a_wait_hears_it_every_time() -> None:
    """The poller waits for a millisecond itself, then leaves the waiting to the loop."""

    async def work(poller: Poller) -> None:
        with pair(poller, asyncio.Protocol()) as (transport, far):
            echoing = Echoing()
            transport.set_protocol(echoing)  # type: ignore[arg-type]

            def send() -> int:
                for number in range(WAKES):
                    time.sleep(0.0008 + 0.0005 * (number % 100) / 100)
                    far.sendall(b"x")
                    if not echoing.heard.acquire(timeout=SECONDS / 2):
                        return number
                return WAKES

            assert await asyncio.get_running_loop().run_in_executor(None, send) == WAKES

    served(work)
