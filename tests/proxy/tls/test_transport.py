"""An encrypted socket behaves as any other: flow control, half closes, endings of every kind."""

import asyncio
import os
import socket
import ssl

import pytest
from certificates import Authority, Pair
from secured import Ends, between, until

from pgtoll.errors import InsecureConnection
from pgtoll.tls import Engine, end_point, transport

HUGE = 32 << 20


async def opened(ends: Ends) -> None:
    await until(lambda: ends.outcomes)


def test_bytes_move_both_ways(serving: ssl.SSLContext, asking: ssl.SSLContext) -> None:
    async def work(ends: Ends) -> None:
        await opened(ends)
        ends.transport.write(b"")
        ends.transport.write(memoryview(b"hello"))
        assert await ends.reader.readexactly(5) == b"hello"
        ends.writer.write(b"x" * 1_000_000)
        await until(lambda: len(ends.near.got) == 1_000_000)

    between(Ends(serving), asking, work)


def test_a_slow_reader_is_noticed(serving: ssl.SSLContext, asking: ssl.SSLContext) -> None:
    async def work(ends: Ends) -> None:
        await opened(ends)
        ends.transport.set_write_buffer_limits(high=1 << 16)
        ends.transport.write(bytes(HUGE))
        assert ends.near.full
        assert ends.transport.get_write_buffer_size() > HUGE / 2
        assert len(await ends.reader.readexactly(HUGE)) == HUGE
        await until(lambda: not ends.near.full)

    between(Ends(serving), asking, work)


def test_who_does_not_read_gets_nothing(serving: ssl.SSLContext, asking: ssl.SSLContext) -> None:
    async def work(ends: Ends) -> None:
        await opened(ends)
        ends.transport.pause_reading()
        assert not ends.transport.is_reading()
        ends.writer.write(b"later")
        await asyncio.sleep(0.02)
        assert ends.near.got == b""
        ends.transport.resume_reading()
        await until(lambda: ends.near.got == b"later")

    between(Ends(serving), asking, work)


def test_closing_sends_what_is_left(serving: ssl.SSLContext, asking: ssl.SSLContext) -> None:
    async def work(ends: Ends) -> None:
        reading = asyncio.create_task(everything(ends, asking))
        await opened(ends)
        ends.transport.write(bytes(HUGE))
        ends.transport.close()
        ends.transport.write(b"too late")
        assert ends.transport.is_closing()
        assert len(await reading) == HUGE
        await until(lambda: ends.near.lost == [None])

    between(Ends(serving), None, work)


async def everything(ends: Ends, asking: ssl.SSLContext) -> bytes:
    """Return all that the far end gets; asyncio's own TLS loses some when the end comes early."""
    engine, data = Engine(asking, serves=False), b""
    while not engine.shake_hands(data):
        ends.writer.write(engine.due())
        data = await ends.reader.read(1 << 16)
    ends.writer.write(engine.due())
    plain = engine.receive(await ends.reader.read())
    assert engine.ended
    return plain


def test_saying_no_more_is_heard_and_what_still_comes_is_dropped(
    serving: ssl.SSLContext, asking: ssl.SSLContext
) -> None:
    async def work(ends: Ends) -> None:
        await opened(ends)
        assert ends.transport.can_write_eof()
        ends.transport.write(b"last words")
        ends.transport.write_eof()
        ends.writer.write(b"more")
        assert await ends.reader.read() == b"last words"
        await asyncio.sleep(0.01)
        assert ends.near.got == b""

    between(Ends(serving), asking, work)


@pytest.mark.parametrize("keeps_open", [False, True])
def test_a_peer_that_says_no_more(
    keeps_open: bool, serving: ssl.SSLContext, asking: ssl.SSLContext
) -> None:
    async def work(ends: Ends) -> None:
        await opened(ends)
        ends.near.keeps_open = keeps_open
        ends.writer.write(b"bye")
        tls = ends.transport
        ends.writer.close()
        await until(lambda: ends.near.ended)
        assert ends.near.got == b"bye"
        if not keeps_open:
            await until(lambda: ends.near.lost == [None])
        assert tls.is_closing() is not keeps_open

    between(Ends(serving), asking, work)


def test_a_connection_that_is_cut_ends_as_without_tls(
    serving: ssl.SSLContext, asking: ssl.SSLContext
) -> None:
    async def work(ends: Ends) -> None:
        await opened(ends)
        below = os.dup(ends.writer.get_extra_info("socket").fileno())
        with socket.socket(fileno=below) as raw:
            raw.shutdown(socket.SHUT_WR)
        await until(lambda: ends.near.lost == [None])
        assert ends.near.ended

    between(Ends(serving), asking, work)


def test_garbage_breaks_the_connection(serving: ssl.SSLContext, asking: ssl.SSLContext) -> None:
    async def work(ends: Ends) -> None:
        await opened(ends)
        ends.transport.data_received(b"\x17\x03\x03\x00\x20" + bytes(32))
        await until(lambda: ends.near.lost)
        assert isinstance(ends.near.lost[0], InsecureConnection)

    between(Ends(serving), asking, work)


def test_answers_that_nobody_reads_are_bounded(
    serving: ssl.SSLContext, asking: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "MOST_UNREAD_BYTES", 1 << 16)

    async def work(ends: Ends) -> None:
        await opened(ends)
        ends.transport.write(bytes(HUGE))
        ends.transport._answer(b"new keys")
        await until(lambda: ends.near.lost)
        assert "does not read" in str(ends.near.lost[0])

    between(Ends(serving), asking, work)


def test_who_serves_knows_the_end_point_of_its_certificate(
    serving: ssl.SSLContext, asking: ssl.SSLContext, pair: Pair
) -> None:
    async def work(ends: Ends) -> None:
        await opened(ends)
        assert ends.transport.end_point == end_point(pair.der)
        assert ends.transport.get_extra_info("tls_server_end_point") == end_point(pair.der)
        assert ends.transport.subject is None
        assert ends.transport.get_extra_info("peer_certificate_name") is None
        assert ends.transport.get_protocol() is ends.near
        assert ends.transport.get_extra_info("ssl_object").version() == "TLSv1.3"
        assert ends.transport.get_extra_info("peername")[0] == "127.0.0.1"

    between(Ends(serving, pair.der), asking, work)


def test_a_client_is_known_by_its_certificate(
    authority: Authority, pair: Pair, asking: ssl.SSLContext
) -> None:
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(pair.certificate, pair.key)
    serving.load_verify_locations(authority.file)
    serving.verify_mode = ssl.CERT_REQUIRED
    bob = authority.issue("bob")
    asking = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    asking.load_verify_locations(authority.file)
    asking.load_cert_chain(bob.certificate, bob.key)

    async def work(ends: Ends) -> None:
        await opened(ends)
        assert ends.transport.subject is not None
        assert ends.transport.subject.common_name == "bob"
        assert ends.transport.get_extra_info("peer_certificate_name") == "bob"

    between(Ends(serving, pair.der), asking, work)
