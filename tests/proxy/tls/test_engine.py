"""TLS as bytes: the same in any cuts, in small records, and every fault is one exception."""

import ssl
from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from peers import cut

from pgtoll.errors import InsecureConnection
from pgtoll.tls.engine import RECORD_BYTES, Engine

VERSIONS = [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3]
HEADER_BYTES = 5
CUTS = st.lists(st.integers(1, 300), max_size=200)

fixtures_stay = settings(
    max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


class Two:
    """Both ends of one connection; bytes move when the test says so."""

    def __init__(self, serving: ssl.SSLContext, asking: ssl.SSLContext) -> None:
        self.server = Engine(serving, serves=True)
        self.client = Engine(asking, serves=False)

    def agree(self, sizes: list[int] | None = None) -> None:
        agreed = {self.client: False, self.server: False}
        data = b""
        for one in (self.client, self.server) * 4:
            for piece in list(cut(data, sizes or [])) or [b""]:
                if not agreed[one]:
                    agreed[one] = one.shake_hands(piece)
                else:
                    assert one.receive(piece) == b""
            data = one.due()
        assert all(agreed.values())

    def say(self, data: bytes) -> bytes:
        return b"".join(self.client.send(data))


@pytest.fixture(params=VERSIONS)
def version(request: pytest.FixtureRequest) -> ssl.TLSVersion:
    found = request.param
    assert isinstance(found, ssl.TLSVersion)
    return found


@pytest.fixture
def two(version: ssl.TLSVersion, serving: ssl.SSLContext, asking: ssl.SSLContext) -> Iterator[Two]:
    before, asking.maximum_version = asking.maximum_version, version
    yield Two(serving, asking)
    asking.maximum_version = before


@pytest.fixture
def agreed(two: Two) -> Two:
    two.agree()
    return two


@fixtures_stay
@given(shakes=CUTS, cuts=CUTS, said=st.lists(st.binary(max_size=20_000), max_size=5))
def test_bytes_are_the_same_in_any_cuts(
    shakes: list[int], cuts: list[int], said: list[bytes], serving: ssl.SSLContext,
    asking: ssl.SSLContext,
) -> None:  # fmt: skip
    two = Two(serving, asking)
    two.agree(shakes)
    sent = b"".join(map(two.say, filter(None, said)))
    assert b"".join(map(two.server.receive, cut(sent, cuts))) == b"".join(said)


def test_nothing_is_left_inside_when_everything_has_arrived(agreed: Two) -> None:
    said = b"x" * 1_000_000
    assert agreed.server.receive(agreed.say(said)) == said


def test_a_huge_text_is_sent_in_records_of_eight_kilobytes(agreed: Two) -> None:
    data, count = agreed.say(bytes(10 * RECORD_BYTES + 1)), 0
    while data:
        length = HEADER_BYTES + int.from_bytes(data[3:5], "big")
        assert data[0] == 23  # application data
        assert length <= 8192
        data, count = data[length:], count + 1
    assert count == 11


def test_what_is_encrypted_at_a_time_is_bounded(agreed: Two) -> None:
    assert max(map(len, agreed.client.send(bytes(1_000_000)))) < 50_000


def test_a_side_that_is_through_says_so(agreed: Two) -> None:
    last = agreed.say(b"bye") + agreed.client.close()
    assert agreed.server.receive(last) == b"bye"
    assert agreed.server.ended
    agreed.client.receive(agreed.server.close())
    assert agreed.client.ended


def test_a_side_may_close_while_the_other_speaks(agreed: Two) -> None:
    said = agreed.say(b"x" * 100)
    agreed.server.receive(said[:50])
    assert agreed.server.close()
    assert agreed.server.receive(said[50:]) == b"x" * 100


@fixtures_stay
@given(garbage=st.binary(min_size=6, max_size=400), cuts=CUTS)
def test_garbage_in_the_handshake_is_one_exception(
    garbage: bytes, cuts: list[int], serving: ssl.SSLContext
) -> None:
    engine = Engine(serving, serves=True)
    with suppress(InsecureConnection):
        agreed = [engine.shake_hands(piece) for piece in cut(garbage, cuts)]
        assert not any(agreed)


@fixtures_stay
@given(at=st.integers(0, 120), bit=st.integers(0, 7))
def test_one_changed_bit_is_noticed(
    at: int, bit: int, serving: ssl.SSLContext, asking: ssl.SSLContext
) -> None:
    two = Two(serving, asking)
    two.agree()
    sent = bytearray(two.say(b"x" * 100))
    sent[at % len(sent)] ^= 1 << bit
    try:
        plain = two.server.receive(bytes(sent) + bytes(1 << 15))
    except InsecureConnection:
        return
    assert plain == b""  # its length was changed, and the rest is awaited


def test_a_version_below_the_least_is_refused_and_the_peer_told(
    serving: ssl.SSLContext, asking: ssl.SSLContext
) -> None:
    strict = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    strict.minimum_version = ssl.TLSVersion.TLSv1_3
    asking.maximum_version, before = ssl.TLSVersion.TLSv1_2, asking.maximum_version
    try:
        two = Two(strict, asking)
    finally:
        asking.maximum_version = before
    two.client.shake_hands(b"")
    with pytest.raises(InsecureConnection, match="unsupported protocol"):
        two.server.shake_hands(two.client.due())
    with pytest.raises(InsecureConnection, match="alert"):
        two.client.shake_hands(two.server.due())


def test_an_unknown_issuer_is_named_so(serving: ssl.SSLContext) -> None:
    two = Two(serving, ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
    two.client = Engine(ssl.create_default_context(), serves=False, server_name="localhost")
    two.client.shake_hands(b"")
    two.server.shake_hands(two.client.due())
    with pytest.raises(InsecureConnection, match="certificate verify failed: unable to get"):
        two.client.shake_hands(two.server.due())
