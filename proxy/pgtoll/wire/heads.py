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


def is_at(word: bytes | None, data: bytes, start: int, end: int) -> bool:
    """Whether these are the bytes from `start` to `end`."""
    return data[start:end] == word


def is_tagged(data: bytes, at: int, tags: bytes) -> bool:
    """Whether the four bytes there are four of these, of which each four are one tag."""
    tag = data[at : at + 4]
    return len(tag) == 4 and any(tags[i : i + 4] == tag for i in range(0, len(tags), 4))


def holds(data: bytes, word: bytes) -> bool:
    """Whether the word is anywhere in there."""
    return word in data


def zero_at(data: bytes, start: int, end: int) -> int:
    """Where a string ends that begins at `start`; -1 if that is not before `end`."""
    return data.find(b"\0", start, end)
