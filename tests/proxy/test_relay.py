"""Two real sockets of one session: bytes move, memory stays bounded, and every fault ends both."""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable
from typing import Self, cast

import pytest
import uvloop
from catalog_samples import CATALOG, FREE, SEATED
from license_samples import NOW

from pgtoll import relay
from pgtoll.catalog.marks import Mark
from pgtoll.gate import Gate
from pgtoll.in_force import Picture
from pgtoll.relay import Edge, Link, Relay
from pgtoll.session import Judged, Session
from pgtoll.session.answers import Answers
from pgtoll.wire.messages import TERMINATE, error_response, message, query, read_fields
from pgtoll_policy.facts import Script
from pgtoll_policy.policy import Policy
from pgtoll_policy.statement import read_script

SECONDS = 10.0
READY = message(b"Z", b"I")
GREETING = message(b"R", bytes(4)) + READY
ANSWER = message(b"C", b"SELECT 1\0") + READY
CONTACTS, MARK = b"SELECT * FROM contact", Mark(7)
LARGE = message(b"D", bytes(1 << 20)) * 16

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def read(text: str, *, standard_conforming_strings: bool, user: str) -> Script:
    return read_script(text, standard_conforming_strings=standard_conforming_strings)


def tcp_pair() -> tuple[socket.socket, socket.socket]:
    """Two ends of one connection over loopback."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        near = socket.create_connection(listener.getsockname())
        return near, listener.accept()[0]


def as_protocol(one: Relay) -> asyncio.Protocol:
    return cast(asyncio.Protocol, one)


LOST = error_response({"C": "08006", "M": "the connection to PostgreSQL was lost"}, "FATAL")


class Pair:
    """A link, its client and its server: the far ends of both sockets are the test's."""

    client: Streams
    server: Streams

    def __init__(self, policy: Policy, mark: Mark | None) -> None:
        gate = Gate(Picture(policy, CATALOG, {"base": 1, "marketing": 2}, mark), lambda: NOW)
        judge = gate.judge("bob")
        self.recorded: list[Judged] = []
        self.asked: list[bytes] = []
        self.altered = 0
        self.marks: list[object] = []  # asked about
        self.closed = asyncio.Event()
        edge = Edge(
            self._record, self.learn, self._alter, self._confirm, lambda link: self.closed.set()
        )
        self.link = Link(judge, edge, Session(judge))

    def _record(self, judge: object, judged: Judged) -> None:
        self.recorded.append(judged)

    def learn(self, link: Link, sql: bytes) -> None:
        """Remember what is to be read; the test has it read when it likes."""
        self.asked.append(sql)
        if sql == b"SELECT fault":
            raise RuntimeError("a surprise")

    def _alter(self) -> None:
        self.altered += 1

    def _confirm(self, link: Link, mark: object) -> None:
        self.marks.append(mark)

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        server, client = tcp_pair(), tcp_pair()
        await loop.create_connection(lambda: as_protocol(self.link.server), sock=server[0])
        self.server = await asyncio.open_connection(sock=server[1])
        await loop.create_connection(lambda: as_protocol(self.link.client), sock=client[0])
        self.client = await asyncio.open_connection(sock=client[1])
        self.server[1].write(GREETING)
        assert await self.client[0].readexactly(len(GREETING)) == GREETING
        return self

    async def __aexit__(self, *exc: object) -> None:
        for transport in (self.link.client.transport, self.link.server.transport):
            transport.abort()
        for _, writer in (self.client, self.server):
            writer.close()
        await asyncio.sleep(0)

    async def send(self, data: bytes) -> None:
        self.client[1].write(data)
        await self.client[1].drain()

    async def server_got(self, data: bytes) -> None:
        assert await self.server[0].readexactly(len(data)) == data

    async def client_got(self, data: bytes) -> None:
        assert await self.client[0].readexactly(len(data)) == data

    async def last_words(self) -> dict[str, bytes]:
        return read_fields(await self.client[0].read())

    async def server_is_left(self) -> bytes:
        """What the server still gets before its connection ends, in whatever way."""
        try:
            return await self.server[0].read()
        except ConnectionResetError:
            return b""


def paired(
    work: Callable[[Pair], Awaitable[None]], policy: Policy = FREE, mark: Mark | None = None
) -> None:
    async def main() -> None:
        async with asyncio.timeout(SECONDS), Pair(policy, mark) as pair:
            await work(pair)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())


async def until(fact: Callable[[], bool]) -> None:
    """Wait until something is so."""
    for _ in range(2000):
        if fact():
            return
        await asyncio.sleep(0.001)
    raise AssertionError("it never was so")


# Bytes


def test_bytes_move_both_ways() -> None:
    async def work(pair: Pair) -> None:
        await pair.send(query(b"SELECT 1"))
        await pair.server_got(query(b"SELECT 1"))
        pair.server[1].write(ANSWER)
        await pair.client_got(ANSWER)

    paired(work)


def test_bytes_may_arrive_one_by_one() -> None:
    async def work(pair: Pair) -> None:
        for byte in query(b"SELECT 1"):
            pair.link.client.data_received(bytes([byte]))
        await pair.server_got(query(b"SELECT 1"))
        for byte in ANSWER:
            pair.link.server.data_received(bytes([byte]))
        await pair.client_got(ANSWER)

    paired(work)


def test_a_change_of_the_catalog_is_told() -> None:
    async def work(pair: Pair) -> None:
        await pair.send(query(b"CREATE TABLE new (a int)"))
        await pair.server_got(query(b"CREATE TABLE new (a int)"))
        answer = message(b"C", b"CREATE TABLE\0") + READY
        pair.server[1].write(answer)
        await pair.client_got(answer)
        assert pair.altered == 1

    paired(work)


# Statements that wait


def test_a_statement_waits_for_its_facts_and_nothing_more_is_read() -> None:
    async def work(pair: Pair) -> None:
        await pair.send(query(b"SELECT * FROM contact"))
        await until(lambda: pair.link.paused)
        assert pair.asked == [b"SELECT * FROM contact"]
        assert not pair.link.flowing
        assert not pair.link.client.transport.is_reading()
        await pair.link.judge.learn(pair.asked[0], read)
        pair.link.resume()
        await pair.server_got(query(b"SELECT * FROM contact"))
        assert pair.link.client.transport.is_reading()

    paired(work, SEATED)


def test_a_refusal_is_told_and_recorded_when_its_turn_has_come() -> None:
    async def work(pair: Pair) -> None:
        sql = b"SELECT * FROM mrktinvoice"
        await pair.link.judge.learn(sql, read)
        await pair.send(query(sql))
        sent = await pair.server[0].read(1000)
        assert sql not in sent
        assert not pair.recorded
        error = error_response({"C": "22P02", "M": sent[5:-1].decode()})
        pair.server[1].write(error + READY)
        told = read_fields(await pair.client[0].read(1000))
        assert (told["C"], told["t"]) == (b"42501", b"mrktinvoice")
        assert [(one.sql, one.verdict.table) for one in pair.recorded] == [(sql, "mrktinvoice")]

    paired(work, SEATED)


# Answers that wait until it is known whether names meant what they did


async def failing(pair: Pair) -> bytes:
    """Have a proven statement fail on the server; return the error."""
    await pair.link.judge.learn(CONTACTS, read)
    await pair.send(query(CONTACTS))
    await pair.server[0].readuntil(CONTACTS)
    error = error_response({"C": "22012", "M": "division by zero", "F": "int.c"})
    pair.server[1].write(error + READY)
    await until(lambda: bool(pair.marks))
    return error


def test_an_answer_waits_and_no_more_is_read_until_it_is_confirmed() -> None:
    async def work(pair: Pair) -> None:
        error = await failing(pair)
        assert pair.marks == [MARK]
        assert not pair.link.server.transport.is_reading()
        pair.link.confirmed(confirmed=True)
        await pair.client_got(error + READY)
        assert pair.link.server.transport.is_reading()
        assert not pair.recorded

    paired(work, SEATED, MARK)


def test_an_answer_that_is_not_confirmed_is_withheld() -> None:
    async def work(pair: Pair) -> None:
        await failing(pair)
        pair.link.confirmed(confirmed=False)
        said = await pair.client[0].readuntil(READY)
        assert read_fields(said)["C"] == b"40001"
        assert b"division" not in said
        assert [one.verdict.sqlstate for one in pair.recorded] == ["40001"]
        assert pair.link.server.transport.is_reading()

    paired(work, SEATED, MARK)


def test_a_fault_with_the_answer_ends_both_sides_and_what_waited_is_not_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def work(pair: Pair) -> None:
        await failing(pair)
        monkeypatch.setattr(Answers, "confirmed", fault)
        pair.link.confirmed(confirmed=True)
        assert (await pair.last_words())["C"] == b"XX000"

    def fault(answers: Answers, confirmed: bool) -> bool:
        raise RuntimeError("a surprise")

    paired(work, SEATED, MARK)


def test_an_answer_that_comes_after_the_end_changes_nothing() -> None:
    async def work(pair: Pair) -> None:
        await failing(pair)
        pair.client[1].transport.abort()
        await pair.closed.wait()
        pair.link.confirmed(confirmed=True)
        assert not pair.recorded

    paired(work, SEATED, MARK)


# Back-pressure


def test_a_client_that_does_not_read_stops_the_server() -> None:
    async def work(pair: Pair) -> None:
        transport = pair.link.server.transport
        pair.server[1].write(LARGE)
        await until(lambda: not transport.is_reading())
        assert pair.link.client.transport.get_write_buffer_size() < len(LARGE) // 4
        await pair.client_got(LARGE)
        await until(transport.is_reading)

    paired(work)


def test_a_server_that_does_not_read_stops_the_client() -> None:
    async def work(pair: Pair) -> None:
        transport, data = pair.link.client.transport, LARGE.replace(b"D", b"d")
        pair.client[1].write(data)
        await until(lambda: not transport.is_reading())
        assert pair.link.server.transport.get_write_buffer_size() < len(data) // 4
        await pair.server_got(data)
        await until(transport.is_reading)

    paired(work)


def test_a_client_is_read_only_when_both_reasons_to_stop_are_gone() -> None:
    async def work(pair: Pair) -> None:
        client = pair.link.client
        client.read(False)
        client.read(False, why="room")
        client.read(True)
        assert not client.transport.is_reading()
        client.read(True, why="room")
        assert client.transport.is_reading()

    paired(work)


# Faults


@pytest.mark.parametrize("data", [b"?\0\0\0\4", b"Q\0\0\0\3", query(b"a")[:-1] + b"b"])
def test_a_violation_of_the_protocol_ends_both_sides(data: bytes) -> None:
    async def work(pair: Pair) -> None:
        await pair.send(data)
        told = await pair.last_words()
        assert (told["S"], told["C"]) == (b"FATAL", b"08P01")
        assert await pair.server_is_left() == b""

    paired(work, SEATED)


def test_a_fault_of_ours_ends_both_sides_and_says_nothing_of_itself(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def work(pair: Pair) -> None:
        await pair.send(query(b"SELECT fault") + query(b"SELECT 1"))
        told = await pair.last_words()
        assert (told["S"], told["C"]) == (b"FATAL", b"XX000")
        assert b"surprise" not in told["M"]
        assert await pair.server_is_left() == b""

    paired(work, SEATED)
    assert "closed by a fault in pgtoll" in caplog.text


def test_a_fault_while_resuming_ends_both_sides() -> None:
    async def work(pair: Pair) -> None:
        await pair.send(query(b"SELECT 1") + query(b"SELECT fault"))
        await until(lambda: pair.link.paused)
        await pair.link.judge.learn(pair.asked[0], read)
        pair.link.resume()
        pair.server[1].write(ANSWER)
        assert (await pair.last_words())["C"] == b"XX000"

    paired(work, SEATED)


def test_nothing_is_forwarded_after_a_fault() -> None:
    async def work(pair: Pair) -> None:
        pair.link.fail(RuntimeError("a surprise"))
        pair.link.fail(RuntimeError("another one"))
        pair.link.resume()
        pair.link.client.data_received(query(b"SELECT 1"))
        assert (await pair.last_words())["C"] == b"XX000"
        assert await pair.server_is_left() == b""

    paired(work)


# Ends


def test_what_a_client_said_last_reaches_the_server() -> None:
    async def work(pair: Pair) -> None:
        await pair.send(query(b"SELECT 1") + TERMINATE)
        pair.client[1].close()
        assert await pair.server_is_left() == query(b"SELECT 1") + TERMINATE
        await pair.closed.wait()

    paired(work)


def test_a_client_that_is_cut_off_ends_its_server() -> None:
    async def work(pair: Pair) -> None:
        pair.client[1].transport.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
        )
        pair.client[1].transport.abort()
        await pair.closed.wait()
        assert await pair.server_is_left() == b""

    paired(work)


def test_a_client_gets_all_that_a_server_wrote_before_it_closed() -> None:
    async def work(pair: Pair) -> None:
        pair.server[1].write(LARGE)
        pair.server[1].close()
        assert await pair.client[0].read() == LARGE + LOST
        pair.client[1].close()
        await pair.closed.wait()

    paired(work)


@pytest.mark.parametrize(
    ("said", "by_client", "more"),
    [
        (b"", b"", LOST),
        (error_response({"C": "22012", "M": "x"}), b"", LOST),
        (error_response({"C": "57P01", "M": "x"}, "FATAL"), b"", b""),
        (error_response({"C": "XX000", "M": "x"}, "PANIC"), b"", b""),
        (b"", TERMINATE, b""),
        (message(b"D", bytes(100))[:-1], b"", b""),
    ],
    ids=["nothing", "an error", "its end", "a panic", "nothing to a goodbye", "half a row"],
)
def test_a_client_whose_server_is_gone_is_told_so_unless_it_knows(
    said: bytes, by_client: bytes, more: bytes
) -> None:
    async def work(pair: Pair) -> None:
        pair.client[1].write(by_client)
        if by_client:
            assert await pair.server[0].readexactly(len(by_client)) == by_client
        pair.server[1].write(said)
        pair.server[1].close()
        assert await pair.client[0].read() == said + more

    paired(work)


def test_a_shutdown_is_told_to_both_sides() -> None:
    async def work(pair: Pair) -> None:
        pair.link.shut_down()
        assert (await pair.last_words())["C"] == b"57P01"
        assert await pair.server_is_left() == TERMINATE

    paired(work)


def test_a_client_that_does_not_read_the_last_words_is_let_go(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(relay, "LINGER_SECONDS", 0.05)

    async def work(pair: Pair) -> None:
        pair.server[1].write(LARGE)
        await until(lambda: not pair.link.server.transport.is_reading())
        pair.link.end()
        async with asyncio.timeout(1):
            await pair.closed.wait()

    paired(work)
