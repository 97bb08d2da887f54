"""Framing: however a stream is cut on its way, its messages are the same."""

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pgtoll.errors import ProtocolViolation
from pgtoll.wire.messages import SYNC, message, query
from pgtoll.wire.splitter import OPAQUE, REST, Piece, Splitter

LIMIT = 16
WHOLE, THROUGH = b"QPS", b"dc"

MESSAGES = st.lists(
    st.builds(message, st.sampled_from([b"Q", b"P", b"S", b"d", b"c"]), st.binary(max_size=40)),
    max_size=8,
)
CUTS = st.lists(st.integers(min_value=0, max_value=200), max_size=8)


def splitter() -> Splitter:
    return Splitter(whole=WHOLE, through=THROUGH, limit=LIMIT)


def chunks(data: bytes, cuts: list[int]) -> list[bytes]:
    """Return `data` cut at these places, empty pieces included."""
    places = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    return [data[start:end] for start, end in pairwise(places)]


def merged(pieces: list[Piece]) -> list[Piece]:
    """Return pieces with neighbouring runs of the same kind, OPAQUE or REST, made one."""
    runs: list[Piece] = []
    for kind, data in pieces:
        if runs and kind in (OPAQUE, REST) and runs[-1][0] == kind:
            runs[-1] = (kind, runs[-1][1] + data)
        else:
            runs.append((kind, data))
    return runs


def fed(parts: list[bytes]) -> list[Piece]:
    one = splitter()
    return merged([piece for part in parts for piece in one.feed(part)])


@given(MESSAGES, CUTS)
@example([message(b"Q", bytes(40)), message(b"d", bytes(40))], [4, 5, 16, 17, 45, 49, 50])
def test_chunking_never_matters(messages: list[bytes], cuts: list[int]) -> None:
    data = b"".join(messages)
    whole = fed([data])
    assert fed(chunks(data, cuts)) == whole
    assert fed([bytes([byte]) for byte in data]) == whole
    assert b"".join(piece for _, piece in whole) == data


def test_a_large_message_in_many_parts_is_put_together_once() -> None:
    """Copying what is held for each byte would take minutes here."""
    one = Splitter(whole=WHOLE, through=THROUGH, limit=1 << 20)
    data = message(b"Q", bytes(1 << 19))
    found = [piece for byte in data for piece in one.feed(bytes([byte]))]
    assert found == [(ord("Q"), data)]
    assert one.at_boundary


@given(MESSAGES, CUTS)
def test_never_more_than_the_limit_is_held(messages: list[bytes], cuts: list[int]) -> None:
    one, held = splitter(), 0
    for part in chunks(b"".join(messages), cuts):
        held += len(part) - sum(len(piece) for _, piece in one.feed(part))
        assert 0 <= held <= LIMIT
    assert held == 0
    assert one.at_boundary


@given(st.lists(st.binary(max_size=30), max_size=5))
def test_garbage_gives_pieces_or_a_protocol_violation(parts: list[bytes]) -> None:
    one = splitter()
    try:
        pieces = [piece for part in parts for piece in one.feed(part)]
    except ProtocolViolation:
        return
    assert b"".join(parts).startswith(b"".join(data for _, data in pieces))


def test_messages_to_read_are_whole_and_the_others_are_runs() -> None:
    data = message(b"d", b"one") + message(b"c", b"")
    assert splitter().feed(data + query(b"a") + SYNC + data) == [
        (OPAQUE, data),
        (ord("Q"), query(b"a")),
        (ord("S"), SYNC),
        (OPAQUE, data),
    ]


def test_an_incomplete_message_to_read_is_held_back() -> None:
    one = splitter()
    assert one.feed(query(b"abc")[:-1]) == []
    assert not one.at_boundary
    assert one.feed(b"\0") == [(ord("Q"), query(b"abc"))]
    assert one.at_boundary


def test_an_incomplete_message_to_let_through_is_not_held() -> None:
    one, data = splitter(), message(b"d", bytes(9))
    assert one.feed(data[:7]) == [(OPAQUE, data[:7])]
    assert not one.at_boundary
    assert one.feed(data[7:]) == [(OPAQUE, data[7:])]
    assert one.at_boundary


def test_a_message_of_exactly_the_limit_is_whole() -> None:
    data = message(b"Q", bytes(LIMIT - 4))
    assert splitter().feed(data) == [(ord("Q"), data)]


def test_an_oversized_message_comes_as_its_head_and_the_rest() -> None:
    data = message(b"Q", bytes(range(LIMIT - 3)))
    assert splitter().feed(data + SYNC) == [
        (-ord("Q"), data[:LIMIT]),
        (REST, data[LIMIT:]),
        (ord("S"), SYNC),
    ]


def test_the_rest_of_an_oversized_message_flows_as_it_comes() -> None:
    one, data = splitter(), message(b"Q", bytes(30))
    assert one.feed(data[: LIMIT - 1]) == []
    assert one.feed(data[LIMIT - 1 : LIMIT]) == [(-ord("Q"), data[:LIMIT])]
    assert not one.at_boundary
    assert one.feed(data[LIMIT:20]) == [(REST, data[LIMIT:20])]
    assert one.feed(data[20:]) == [(REST, data[20:])]
    assert one.at_boundary


@pytest.mark.parametrize("kind", [b"Q", b"d"])
@pytest.mark.parametrize("length", [0, 3, 0x3FFFFFFF, 0xFFFFFFFF])
def test_a_length_that_postgresql_does_not_take_is_refused(kind: bytes, length: int) -> None:
    with pytest.raises(ProtocolViolation, match=f"message length {length}"):
        splitter().feed(kind + length.to_bytes(4, "big"))


@pytest.mark.parametrize("kind", [b"F", b"\0", b"\xff"])
def test_a_type_that_is_not_named_is_a_protocol_violation(kind: bytes) -> None:
    with pytest.raises(ProtocolViolation, match="invalid frontend message type"):
        splitter().feed(SYNC + message(kind, b""))


def test_what_is_missing_of_a_message_is_known_as_far_as_it_says() -> None:
    splitter = Splitter(whole=b"Q", through=b"d", limit=20)
    assert splitter.missing == 0
    for data, missing in ((b"Q\0", 3), (b"\0\0\x0b", 7), (b"SELECT", 1), (b"\0", 0)):
        splitter.feed(data)
        assert splitter.missing == missing
    splitter.feed(b"d\0\0\0\x0912")
    assert splitter.missing == 3
    splitter.feed(b"345")
    assert (splitter.missing, splitter.at_boundary) == (0, True)
