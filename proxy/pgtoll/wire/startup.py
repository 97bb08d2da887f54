"""What comes before authentication ("Message Formats": messages without a type byte). No I/O."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from pgtoll.errors import NoStartup, ProtocolViolation, UnsupportedProtocol

# PostgreSQL's own bound on a start-up packet (MAX_STARTUP_PACKET_LENGTH).
MAX_STARTUP_BYTES = 10_000
SSL_CODE = (1234 << 16) | 5679
GSSENC_CODE = (1234 << 16) | 5680
CANCEL_CODE = (1234 << 16) | 5678
# Longest cancel key of protocol 3.2; protocol 3.0 has four bytes.
MAX_CANCEL_KEY = 256
_MOST_OF_CHARACTER = 4  # bytes of UTF-8
NAME_BYTES = 63  # of a role or a database (NAMEDATALEN), wherever that cuts a character
DECLINED = b"N"
ACCEPTED = b"S"

_HEAD = struct.Struct("!II")
SSL_REQUEST = _HEAD.pack(_HEAD.size, SSL_CODE)


@dataclass(frozen=True, slots=True)
class EncryptionRequest:
    """An SSLRequest or a GSSENCRequest: answered with one byte."""

    raw: bytes

    @property
    def code(self) -> int:
        """What stands in the place of a version."""
        return int.from_bytes(self.raw[4:8], "big")

    @property
    def tls(self) -> bool:
        """Whether TLS is what is asked for."""
        return self.code == SSL_CODE


@dataclass(frozen=True, slots=True)
class CancelRequest:
    """Passed on as it came, to the server that issued the key."""

    raw: bytes


@dataclass(frozen=True, slots=True)
class Startup:
    """A StartupMessage; passed on verbatim, so that the server sees what the client said.

    Its texts may be in any encoding: bytes that are no UTF-8 are surrogates ("surrogateescape").
    """

    raw: bytes
    parameters: dict[str, str]

    @property
    def user(self) -> str:
        """The role that logs in: PostgreSQL cuts off what is more than a name has."""
        return _cut(self.parameters.get("user", ""))

    @property
    def database(self) -> str:
        return _cut(self.parameters.get("database") or self.user)

    def into(self, database: str) -> Startup:
        """Return the same for another database."""
        parameters = self.parameters | {"database": database}
        body = b"".join(
            text.encode(errors="surrogateescape") + b"\0"
            for pair in parameters.items()
            for text in pair
        )
        size = _HEAD.size + len(body) + 1
        return Startup(size.to_bytes(4, "big") + self.raw[4:8] + body + b"\0", parameters)

    def sets(self, setting: str) -> bool:
        """Whether it may set a parameter of the server's, by an option or as one of its own."""
        options = self.parameters.get("options", "").replace("\\", "")
        return any(setting in given.lower() for given in (options, *self.parameters))

    @property
    def replication(self) -> bool:
        return self.parameters.get("replication", "").lower() not in ("", "false", "off", "no", "0")


Opening = EncryptionRequest | CancelRequest | Startup


def read_opening(data: bytes) -> tuple[Opening, bytes] | None:
    """The first packet in `data` and the bytes after it; None while it is incomplete.

    Raises ProtocolViolation for a length, a version or a content PostgreSQL would refuse as well.
    """
    length = int.from_bytes(data[:4], "big")
    if len(data) >= 4 and not _HEAD.size <= length <= MAX_STARTUP_BYTES:
        raise NoStartup("invalid length of startup packet")
    if len(data) < max(length, _HEAD.size):
        return None
    _, code = _HEAD.unpack_from(data)
    return _opening(data[:length], code), data[length:]


def _opening(raw: bytes, code: int) -> Opening:
    if code in (SSL_CODE, GSSENC_CODE):
        return EncryptionRequest(raw)  # longer than need be, too: PostgreSQL reads over the rest
    if code == CANCEL_CODE:
        if not 16 <= len(raw) <= 12 + MAX_CANCEL_KEY:
            raise NoStartup("invalid length of cancel request")
        return CancelRequest(raw)
    if code >> 16 != 3:
        raise UnsupportedProtocol(code >> 16, code & 0xFFFF)
    return Startup(raw, _parameters(raw[_HEAD.size :]))


def _parameters(body: bytes) -> dict[str, str]:
    """Names and values until the empty name that must be the last byte."""
    fields = body.split(b"\0")
    names, values = fields[0:-2:2], fields[1:-2:2]
    if fields[-2:] != [b"", b""] or len(names) != len(values) or b"" in names:
        raise ProtocolViolation("invalid startup packet layout: expected terminator as last byte")
    return dict(zip(map(readable, names), map(readable, values), strict=True))


def _cut(name: str) -> str:
    if len(name) * _MOST_OF_CHARACTER <= NAME_BYTES:
        return name
    return readable(name.encode("utf-8", "surrogateescape")[:NAME_BYTES])


def readable(data: bytes) -> str:
    """Return bytes of whatever encoding as a text from which they can be had back."""
    return data.decode("utf-8", "surrogateescape")
