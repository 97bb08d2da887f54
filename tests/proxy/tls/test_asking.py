"""PostgreSQL is asked for TLS, and only one byte is an answer."""

import asyncio
import ssl

import pytest
from answering import Answering

from pgtoll.errors import InsecureConnection
from pgtoll.tls import Engine, SecureTransport
from pgtoll.tls.asking import ask, shake_hands
from pgtoll.wire.startup import SSL_REQUEST


@pytest.mark.parametrize(("answer", "yes"), [(b"S", True), (b"N", False)])
def test_one_byte_is_the_answer(answer: bytes, yes: bool) -> None:
    server = Answering(answer)

    async def work(transport: asyncio.Transport) -> None:
        assert await ask(transport) is yes
        assert server.asked == [SSL_REQUEST]

    server.meet(work)


@pytest.mark.parametrize("answer", [b"S\x16\x03", b"Nx", b"SN"])
def test_bytes_behind_the_answer_are_refused(answer: bytes) -> None:
    """CVE class: plaintext before TLS (CVE-2021-23222).

    What is put there must not be taken for the server's.
    """

    async def work(transport: asyncio.Transport) -> None:
        with pytest.raises(InsecureConnection, match="unencrypted data after SSL response"):
            await ask(transport)

    Answering(answer).meet(work)


@pytest.mark.parametrize(
    ("answer", "words"), [(b"E\0\0\0\x09Mevil", "with an error"), (b"R", "invalid response")]
)
def test_any_other_answer_is_none(answer: bytes, words: str) -> None:
    """CVE class: plaintext before TLS (CVE-2024-10977).

    Nobody is shown the words of an error from before the handshake.
    """

    async def work(transport: asyncio.Transport) -> None:
        with pytest.raises(InsecureConnection, match=words) as caught:
            await ask(transport)
        assert "evil" not in str(caught.value)

    Answering(answer).meet(work)


def test_a_server_may_close_instead() -> None:
    async def work(transport: asyncio.Transport) -> None:
        asyncio.get_running_loop().call_soon(transport.abort)
        with pytest.raises(InsecureConnection, match="closed the connection"):
            await ask(transport)

    Answering(b"").meet(work)


def test_both_agree(serving: ssl.SSLContext, asking: ssl.SSLContext) -> None:
    async def work(transport: asyncio.Transport) -> None:
        assert await ask(transport)
        secure = await shake_hands(transport, Engine(asking, serves=False))
        assert isinstance(secure, SecureTransport)
        assert not secure.is_reading()
        assert secure.end_point is not None

    Answering(b"S", serving).meet(work)


def test_both_may_fail_to_agree(serving: ssl.SSLContext) -> None:
    async def work(transport: asyncio.Transport) -> None:
        assert await ask(transport)
        engine = Engine(ssl.create_default_context(), serves=False, server_name="localhost")
        with pytest.raises(InsecureConnection, match="certificate verify failed"):
            await shake_hands(transport, engine)

    Answering(b"S", serving).meet(work)


def test_nobody_waits_any_more(serving: ssl.SSLContext, asking: ssl.SSLContext) -> None:
    async def work(transport: asyncio.Transport) -> None:
        task = asyncio.ensure_future(shake_hands(transport, Engine(asking, serves=False)))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.sleep(0.02)
        assert task.cancelled()

    Answering(b"", serving).meet(work)


def test_a_server_that_speaks_first_is_cut_off(
    serving: ssl.SSLContext, asking: ssl.SSLContext
) -> None:
    async def work(transport: asyncio.Transport) -> None:
        secure = await shake_hands(transport, Engine(asking, serves=False))
        secure.write(b"echo")
        secure.resume_reading()
        for _ in range(100):
            await asyncio.sleep(0.001)
        assert secure.is_closing()

    Answering(b"", serving).meet(work)
