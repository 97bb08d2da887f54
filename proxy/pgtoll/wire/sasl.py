"""Authentication requests and the messages that answer them ("SASL Authentication"). No I/O."""

import struct
from collections.abc import Iterable
from enum import IntEnum

from pgtoll.errors import ProtocolViolation
from pgtoll.wire.messages import message

_NUMBER = struct.Struct("!i")


class Request(IntEnum):
    """What the server asks for; its numbers are the protocol's."""

    OK = 0
    CLEARTEXT = 3
    MD5 = 5
    GSS = 7
    GSS_CONTINUE = 8
    SSPI = 9
    SASL = 10
    SASL_CONTINUE = 11
    SASL_FINAL = 12


def authentication(request: Request, body: bytes = b"") -> bytes:
    return message(b"R", _NUMBER.pack(request) + body)


def authentication_sasl(mechanisms: Iterable[bytes]) -> bytes:
    """Offer mechanisms, the preferred first."""
    names = b"".join(name + b"\0" for name in mechanisms)
    return authentication(Request.SASL, names + b"\0")


def read_authentication(data: bytes) -> tuple[int, bytes]:
    """The number of a request and what comes with it. Raises ProtocolViolation."""
    if len(data) < 9:
        raise ProtocolViolation("PostgreSQL's authentication request has no type")
    return int(_NUMBER.unpack_from(data, 5)[0]), data[9:]


def read_mechanisms(body: bytes) -> tuple[bytes, ...]:
    """The names in an AuthenticationSASL. Raises ProtocolViolation."""
    *names, empty, after = body.split(b"\0") if body.endswith(b"\0\0") else [b"", b"", b"x"]
    if empty or after or not all(names) or not names:
        raise ProtocolViolation("PostgreSQL's list of SASL mechanisms is none")
    return tuple(names)


def sasl_initial_response(mechanism: bytes, data: bytes) -> bytes:
    return message(b"p", mechanism + b"\0" + _NUMBER.pack(len(data)) + data)


def sasl_response(data: bytes) -> bytes:
    return message(b"p", data)


def read_initial_response(response: bytes) -> tuple[bytes, bytes | None]:
    """The mechanism and the data of a SASLInitialResponse, None for none at all.

    Raises ProtocolViolation when a length in it lies.
    """
    mechanism, end, rest = response[5:].partition(b"\0")
    if not end or len(rest) < _NUMBER.size:
        raise ProtocolViolation("invalid message format")
    (length,) = _NUMBER.unpack_from(rest)
    data = rest[_NUMBER.size :]
    if length == -1 and not data:
        return mechanism, None
    if length != len(data):
        raise ProtocolViolation("invalid message format")
    return mechanism, data
