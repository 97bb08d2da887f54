"""A handshake over a socket ends once: in a transport that encrypts, or with what went wrong."""

import ssl

from secured import Ends, between, until

from pgtoll.errors import InsecureConnection


def test_what_comes_with_its_end_reaches_the_protocol(
    serving: ssl.SSLContext, asking: ssl.SSLContext
) -> None:
    async def work(ends: Ends) -> None:
        ends.writer.write(b"hello")
        await until(lambda: ends.near.got == b"hello")
        assert len(ends.outcomes) == 1

    between(Ends(serving), asking, work)


def test_garbage_ends_it_and_the_peer_is_told_by_an_alert(serving: ssl.SSLContext) -> None:
    async def work(ends: Ends) -> None:
        ends.writer.write(b"\x16\x03\x01\x00\x05hello, here is no client")
        await until(lambda: ends.outcomes)
        assert isinstance(ends.outcomes[0], InsecureConnection)
        assert (await ends.reader.readexactly(1))[0] == 21  # an alert
        ends.socket.close()
        await ends.reader.read()
        assert len(ends.outcomes) == 1

    between(Ends(serving), None, work)


def test_a_client_that_goes_away_is_told_of(serving: ssl.SSLContext) -> None:
    async def work(ends: Ends) -> None:
        ends.writer.write(b"\x16\x03")
        ends.writer.close()
        await until(lambda: ends.outcomes)
        assert "closed during the handshake" in str(ends.outcomes[0])

    between(Ends(serving), None, work)
