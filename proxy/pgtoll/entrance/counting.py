"""How many sessions there are, of whom and from where, in all processes of the program.

Each process writes down its own sessions in memory that all of them read. Nobody waits for a lock:
who comes in is written down first and counted then, so two who come at once may both be turned
away, but never both be let in as the last.
"""

from __future__ import annotations

import secrets
import struct
from ctypes import Array, addressof, c_char, memmove, string_at
from dataclasses import dataclass
from hashlib import blake2b
from multiprocessing import get_context

SESSIONS = 1 << 15  # that one process may write down; it has descriptors for no more
_MARK = 8  # bytes that stand for a user or an address; two that are alike are one in 2^64
# What a process's part begins with: up to where it is used, and how many sessions it has.
_NUMBERS = struct.Struct("!II")
_HEAD = _NUMBERS.size
_PART = _HEAD + 2 * SESSIONS * _MARK
_NOBODY = bytes(_MARK)


@dataclass(frozen=True, slots=True)
class Counts:
    """Sessions, with the one that they are counted for."""

    all: int
    of_user: int
    of_address: int


class Board:
    """The memory of all processes; it can be handed to a process that is being started."""

    def __init__(self, processes: int) -> None:
        self.processes = processes
        self.key = secrets.token_bytes(16)
        self.memory: Array[c_char] = get_context("spawn").RawArray("c", processes * _PART)


class Register:
    """One process's part of the board."""

    def __init__(self, board: Board, process: int) -> None:
        """Take over the part; the sessions of a process that had it before are over."""
        self._board = board
        self._base = addressof(board.memory)  # the board keeps it where it is
        self._start = process * _PART
        self._free: list[int] = []  # slots below the top
        self._top = self._live = 0
        self._write_head()

    def enter(self, address: str) -> int | None:
        """Write a session of nobody yet down, and return where; None when there is no room."""
        if not self._free and self._top == SESSIONS:
            return None
        slot = self._free.pop() if self._free else self._top
        self._top = max(self._top, slot + 1)
        self._live += 1
        self._write(slot, _NOBODY, self._mark("address", address))
        return slot

    def name(self, slot: int, user: str) -> None:
        """Write down whose session it is."""
        memmove(self._base + self._users_of(slot), self._mark("user", user), _MARK)

    def leave(self, slot: int) -> None:
        """Take a session out again."""
        self._live -= 1
        self._free.append(slot)
        self._write(slot, _NOBODY, _NOBODY)

    def count(self, user: str, address: str) -> Counts:
        """Count the sessions of all processes."""
        user_mark, address_mark = self._mark("user", user), self._mark("address", address)
        counts = [self._counts(i, user_mark, address_mark) for i in range(self._board.processes)]
        return Counts(*map(sum, zip(*counts, strict=True)))

    def _counts(self, process: int, user: bytes, address: bytes) -> tuple[int, int, int]:
        start = process * _PART
        top, live = _NUMBERS.unpack(string_at(self._base + start, _HEAD))
        users = self._base + start + _HEAD
        addresses = users + SESSIONS * _MARK
        return (
            live,
            string_at(users, top * _MARK).count(user),
            string_at(addresses, top * _MARK).count(address),
        )

    def _write(self, slot: int, user: bytes, address: bytes) -> None:
        users = self._base + self._users_of(slot)
        memmove(users, user, _MARK)
        memmove(users + SESSIONS * _MARK, address, _MARK)
        self._write_head()

    def _users_of(self, slot: int) -> int:
        return self._start + _HEAD + slot * _MARK

    def _write_head(self) -> None:
        memmove(self._base + self._start, _NUMBERS.pack(self._top, self._live), _HEAD)

    def _mark(self, kind: str, name: str) -> bytes:
        data = f"{kind} {name}".encode("utf-8", "surrogateescape")
        return blake2b(data, digest_size=_MARK, key=self._board.key).digest()
