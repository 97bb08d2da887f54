"""What a load balancer says of the client for whom it connects."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgtoll.errors import ProtocolViolation
from pgtoll.wire.forwarding import LONGEST_LINE, MOST_BYTES, SIGNATURE, Origin, read_forwarding

V4 = bytes([10, 0, 0, 7]) + bytes([10, 0, 0, 1]) + struct.pack("!HH", 51234, 6432)
V6 = bytes(15) + b"\x01" + bytes(16) + struct.pack("!HH", 51234, 6432)
MAPPED = bytes(10) + b"\xff\xff" + V4[:4] + bytes(16) + struct.pack("!HH", 1, 2)


def binary(command: int, family: int, body: bytes, size: int | None = None) -> bytes:
    return (
        SIGNATURE + struct.pack("!BBH", command, family, len(body) if size is None else size) + body
    )


@pytest.mark.parametrize(
    ("header", "origin"),
    [
        (binary(0x21, 0x11, V4), Origin("10.0.0.7", 51234)),
        (binary(0x21, 0x11, V4 + b"\x04\0\x01x"), Origin("10.0.0.7", 51234)),
        (binary(0x21, 0x21, V6), Origin("::1", 51234)),
        (binary(0x21, 0x21, MAPPED), Origin("10.0.0.7", 1)),
        (binary(0x21, 0x31, bytes(216)), Origin("", 0)),
        (binary(0x21, 0x00, b""), None),
        (binary(0x20, 0x11, V4), None),
        (binary(0x20, 0x00, b""), None),
        (b"PROXY TCP4 10.0.0.7 10.0.0.1 51234 6432\r\n", Origin("10.0.0.7", 51234)),
        (b"PROXY TCP6 ::1 ::2 0 65535\r\n", Origin("::1", 0)),
        (b"PROXY UNKNOWN\r\n", None),
        (b"PROXY UNKNOWN ff::1 whatever 1 2\r\n", None),
    ],
)
def test_an_origin_is_read_whatever_the_chunks(header: bytes, origin: Origin | None) -> None:
    assert read_forwarding(header) == (origin, b"")
    assert read_forwarding(header + b"\0\0more\r\n") == (origin, b"\0\0more\r\n")
    assert all(read_forwarding(header[:size]) is None for size in range(len(header)))


@pytest.mark.parametrize(
    "data",
    [
        b"\0\0\0\x08\x04\xd2\x16\x2f",
        b"\x16\x03\x01",
        b"GET / HTTP/1.1\r\n",
        b"\r\n\r\n\0\r\nQUIP",
        binary(0x11, 0x11, V4),
        binary(0x22, 0x11, V4),
        binary(0x21, 0x12, V4),
        binary(0x21, 0x41, V4),
        binary(0x21, 0x11, V4[:-1]),
        binary(0x21, 0x21, V4),
        binary(0x21, 0x11, b"", size=MOST_BYTES + 1),
        binary(0x20, 0x00, b"", size=0xFFFF),
        b"PROXY TCP4 10.0.0.7 10.0.0.1 51234\r\n",
        b"PROXY TCP4 10.0.0.7 10.0.0.1 51234 6432 1\r\n",
        b"PROXY TCP4 ::1 10.0.0.1 51234 6432\r\n",
        b"PROXY TCP4 10.0.0.7 10.0.0.1 -1 6432\r\n",
        b"PROXY TCP4 10.0.0.7 10.0.0.1 65536 6432\r\n",
        b"PROXY TCP4 10.0.0.7 nowhere 1 6432\r\n",
        b"PROXY UDP4 10.0.0.7 10.0.0.1 1 6432\r\n",
        b"PROXY  UNKNOWN\r\n",
        b"PROXY \r\n",
        b"PROXY UNKNOWN " + b"x" * LONGEST_LINE,
    ],
)
def test_what_is_no_header_is_a_violation(data: bytes) -> None:
    with pytest.raises(ProtocolViolation):
        read_forwarding(data)


@given(st.binary(max_size=300), st.sampled_from([b"", SIGNATURE, SIGNATURE + b"\x21", b"PROXY "]))
def test_garbage_is_read_or_a_violation(data: bytes, start: bytes) -> None:
    try:
        read = read_forwarding(start + data)
    except ProtocolViolation:
        return
    assert read is None or (start + data).endswith(read[1])
