"""Read the heads of messages where they lie; compiled, by C that heads.pxd has in their place."""

import struct

HEAD_BYTES = 5  # of a message: its type, then a length that counts itself but not the type

_LENGTH = struct.Struct("!I").unpack_from


def kind_at(data: bytes, at: int) -> int:
    """The type of the message that begins there."""
    return data[at]


def length_at(data: bytes, at: int) -> int:
    """Its length in bytes, as it says."""
    length: int = _LENGTH(data, at + 1)[0]
    return length


def zero_at(data: bytes, start: int, end: int) -> int:
    """Where a string ends that begins at `start`; -1 if that is not before `end`."""
    return data.find(b"\0", start, end)
