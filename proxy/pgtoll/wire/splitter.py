"""Cut one direction of a PostgreSQL stream at message boundaries. No I/O."""

import struct

from pgtoll.errors import ProtocolViolation

HEADER = struct.Struct("!BI")  # type byte, then a length that counts itself but not the type
OPAQUE = 0  # the kind of a run of bytes that nobody needs to read
REST = 256  # the kind of the bytes that follow the head of an oversized message

# PostgreSQL neither sends nor takes a message that is longer (MaxAllocSize).
MOST_BYTES = 0x3FFFFFFE

Piece = tuple[int, bytes]


class Splitter:
    """Hold back the messages we must read whole; let those we need not read through as they come.

    `whole` and `through` name message types, such as b"QP" and b"d"; a type in neither is refused.
    A message of `whole` whose length passes `limit` comes as a head, its first `limit` bytes under
    its negated type, and then as `REST`. Never more than `limit` bytes are held. `whose` messages
    they are is PostgreSQL's word for it.
    """

    def __init__(
        self, *, whole: bytes, through: bytes, limit: int, whose: str = "frontend"
    ) -> None:
        self._whose = whose
        self._whole = frozenset(whole)
        self._through = frozenset(through)
        self._limit = limit
        self._held = bytearray()  # the start of a message that is not complete yet
        # Bytes until more can be said of it: to look at it again for each byte that comes would
        # cost the square of its length.
        self._missing = 0
        self._skip = 0  # bytes still to come of a message whose rest is not held
        self._skip_kind = OPAQUE  # what those bytes are: OPAQUE or REST
        self.at_boundary = True  # the next byte begins a message

    @property
    def missing(self) -> int:
        """How many bytes at least are to come of a message that has begun."""
        return self._skip or (0 if self.at_boundary else self._missing)

    def rest_in(self, data: bytes) -> int:
        """How many of the next bytes are the rest of a message that nobody reads; -1 if they go on
        with another."""
        if self.at_boundary:
            return 0
        if not self._skip or self._skip_kind != OPAQUE:
            return -1
        return min(self._skip, len(data))

    def passed(self, count: int) -> None:
        """So many bytes of that rest have gone past us."""
        self._skip -= count
        self.at_boundary = not self._skip

    def begun(self, rest: int) -> None:
        """A message that nobody reads has begun past us; so many bytes of it are still to come."""
        self._skip, self._skip_kind, self.at_boundary = rest, OPAQUE, False

    def feed(self, data: bytes) -> list[Piece]:
        """Return the pieces that `data` completes, in order, as (kind, bytes)."""
        if self._held:
            self._held += data
            self._missing -= len(data)
            if self._missing > 0:
                return []  # and at_boundary is False still
            data = bytes(self._held)
        pieces: list[Piece] = []
        size, missing = len(data), 0
        start = at = self._rest(data, pieces) if self._skip else 0
        through, unpack = self._through, HEADER.unpack_from
        while size - at >= 5:
            kind, length = unpack(data, at)
            end = at + 1 + length
            if kind in through and 4 <= length <= MOST_BYTES:
                at = end if end <= size else self._go_on(end - size, OPAQUE, size)
                continue
            self._check(kind, length)
            if length > self._limit:
                end = at + self._limit
            if end > size:
                missing = end - size
                break
            if start < at:
                pieces.append((OPAQUE, data[start:at]))
            pieces.append((kind if length <= self._limit else -kind, data[at:end]))
            at = start = end
            if length > self._limit:
                self._go_on(length + 1 - self._limit, REST, size)
                at = start = at + self._rest(data[at:], pieces)
        if start < at:
            pieces.append((OPAQUE, data[start:at]))
        self._held = bytearray(data[at:])
        self._missing = missing or at + HEADER.size - size
        self.at_boundary = at == size and not self._skip
        return pieces

    def _check(self, kind: int, length: int) -> None:
        """Refuse what has no place in this direction, before its length is believed."""
        if kind not in self._whole and kind not in self._through:
            raise ProtocolViolation(f"invalid {self._whose} message type {kind}")
        if not 4 <= length <= MOST_BYTES:
            raise ProtocolViolation(f"message length {length}")

    def _go_on(self, count: int, kind: int, at: int) -> int:
        self._skip, self._skip_kind = count, kind
        return at

    def _rest(self, data: bytes, pieces: list[Piece]) -> int:
        """Let through what has come of a message already begun; return how much that is."""
        step = min(self._skip, len(data))
        self._skip -= step
        if step and self._skip_kind == REST:
            pieces.append((REST, data[:step]))
            return step
        if step:
            pieces.append((OPAQUE, data[:step]))
        return step
