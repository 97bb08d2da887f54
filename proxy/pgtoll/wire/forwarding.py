"""The header by which a load balancer says for whom it connects (PROXY protocol, 1 and 2). No I/O.

"The PROXY protocol", section 2, of HAProxy's documentation.
"""

import struct
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address

from pgtoll.errors import ProtocolViolation

SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"  # of version 2
WORD = b"PROXY "  # of version 1
LONGEST_LINE = 107  # bytes of version 1, with its end
# Bytes behind the head of version 2. Addresses take 216 at most, and what load balancers add to
# them a few hundred, unless it is a certificate.
MOST_BYTES = 4096

_HEAD = struct.Struct("!12sBBH")
_LOCAL, _PROXY = 0x20, 0x21  # version 2 and the command
_UNKNOWN, _TCP4, _TCP6, _UNIX = 0x00, 0x11, 0x21, 0x31
_READERS: dict[str, type[IPv4Address] | type[IPv6Address]] = {
    "TCP4": IPv4Address,
    "TCP6": IPv6Address,
}
_SIZES = {_UNKNOWN: 0, _TCP4: 12, _TCP6: 36, _UNIX: 216}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a client is. A Unix socket has no address, and no port."""

    address: str
    port: int


def read_forwarding(data: bytes) -> tuple[Origin | None, bytes] | None:
    """The origin and the bytes after the header; None while it is incomplete.

    The origin is None when the load balancer speaks for itself, as in its checks, or does not know
    it. Raises ProtocolViolation when the bytes do not begin with such a header.
    """
    if data[:12] == SIGNATURE[: len(data)]:
        return _read_binary(data)
    if data[:6] == WORD[: len(data)]:
        return _read_line(data)
    raise ProtocolViolation("a load balancer's header is missing")


def _read_binary(data: bytes) -> tuple[Origin | None, bytes] | None:
    if len(data) < _HEAD.size:
        return None
    _, command, family, size = _HEAD.unpack_from(data)
    if command not in (_LOCAL, _PROXY) or size > MOST_BYTES:
        raise ProtocolViolation("a load balancer's header is malformed")
    body, rest = data[_HEAD.size : _HEAD.size + size], data[_HEAD.size + size :]
    if command == _LOCAL:
        return (None, rest) if len(body) == size else None
    if family not in _SIZES or size < _SIZES[family]:
        raise ProtocolViolation("a load balancer's header has an address of an unknown kind")
    return (_binary_origin(family, body), rest) if len(body) == size else None


def _binary_origin(family: int, body: bytes) -> Origin | None:
    if family == _TCP4:
        return Origin(str(IPv4Address(body[:4])), int.from_bytes(body[8:10], "big"))
    if family == _TCP6:
        return Origin(_plain(IPv6Address(body[:16])), int.from_bytes(body[32:34], "big"))
    return Origin("", 0) if family == _UNIX else None


def _read_line(data: bytes) -> tuple[Origin | None, bytes] | None:
    line, end, rest = data[:LONGEST_LINE].partition(b"\r\n")
    if not end:
        if len(data) >= LONGEST_LINE:
            raise ProtocolViolation("a load balancer's header is too long")
        return None
    return _line_origin(line), rest + data[LONGEST_LINE:]


def _line_origin(line: bytes) -> Origin | None:
    words = line.decode("latin-1").split(" ")
    if words[1] == "UNKNOWN":
        return None
    try:
        _, family, source, target, port, target_port = words
        read = _READERS[family]
        origin = Origin(_plain(read(source)), _port(port))
        read(target), _port(target_port)
    except (ValueError, KeyError, AddressValueError) as exc:
        raise ProtocolViolation("a load balancer's header is malformed") from exc
    return origin


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 5 and int(text) < 1 << 16):
        raise ValueError(text)
    return int(text)


def _plain(address: IPv4Address | IPv6Address) -> str:
    """Return the address as people write it; one of version 4 as such."""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)
