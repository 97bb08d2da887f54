"""Clients that send a little and pause, at random, and time what is between them and the server.

The server (bench/stand_in.py) answers with its own clock, which all programs of a machine share
(CLOCK_MONOTONIC): so each way is timed for itself, and no clock of the program in between is asked.
"""

import gc
import random
import select
import socket
import time
from bisect import insort
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from bench.stand_in import USER
from raw_client import RawClient

from pgtoll.wire.messages import query

REPLY_SECONDS = 30.0  # for any reply: whoever waits longer was forgotten
KEPT = 50  # of the longest waits
# Pauses in seconds: most are drawn evenly from what a program in between may take for a moment or
# for a while, the others lie around the millisecond for which our proxy stays with its sockets.
PAUSES, BRINK, AT_BRINK = (0.00002, 0.02), (0.0008, 0.0013), 0.3
MOST_AT_ONCE = 12  # statements of a burst
LARGE_TEXT, LARGE_ROW = 100_000, 1_500_000  # bytes: more than a read brings, than the kernel takes
RECEIVE_BYTES, READ_BYTES = 16 << 10, 8 << 10
SLOW_SECONDS = 0.0005  # between reads of who reads slowly
_HEADER = 5


class Forgotten(Exception):
    """A reply did not come."""


@dataclass(slots=True)
class Waits:
    """How long statements and replies took through what is in between, in seconds."""

    bursts: int = 0
    replies: int = 0
    total: float = 0.0
    there: list[float] = field(default_factory=list)  # to the server: the longest, in order
    back: list[float] = field(default_factory=list)

    def add(self, there: float, back: float) -> None:
        """Count one statement and its reply."""
        self.replies += 1
        self.total += there + back
        for kept, seconds in ((self.there, there), (self.back, back)):
            if len(kept) < KEPT or seconds > kept[0]:
                insort(kept, seconds)
                del kept[:-KEPT]

    @property
    def longest(self) -> float:
        """The longest wait in either direction."""
        return max(self.there[-1:] + self.back[-1:], default=0.0)


class Client:
    """One connection: it pauses, sends a burst, perhaps in pieces, and waits for all replies."""

    def __init__(self, raw: RawClient, draw: random.Random, waits: Waits) -> None:
        self.socket = raw.socket
        self.socket.setblocking(False)
        self._draw, self._waits = draw, waits
        self._owed: deque[float] = deque()  # when statements were sent that have no reply yet
        self._unsent: list[bytes] = []  # pieces, each to be sent at a time of its own
        self._begun = 0  # statements that are not sent whole yet
        self._data = b""
        self._slowly = False
        self.due = time.monotonic() + self._pause()  # when it acts again by itself

    @property
    def busy(self) -> bool:
        """Whether it is in the middle of a burst."""
        return bool(self._owed or self._unsent)

    @property
    def reads(self) -> bool:
        """Whether it takes what comes, now."""
        return bool(self._owed) and not self._slowly

    @property
    def writes(self) -> bool:
        """Whether it has something to send and was told to wait."""
        return bool(self._unsent) and self.due == 0

    def act(self, now: float) -> None:
        """Do what is due: begin a burst, send the next piece, or read a little."""
        if self._slowly:
            self.take(now)
            return
        if not (self._owed or self._unsent):
            self._begin()
        self.send(now)

    def _begin(self) -> None:
        self._waits.bursts += 1
        kind = self._draw.random()
        if kind < 0.01:
            burst, self._begun = query(b"SELECT %d" % LARGE_ROW), 1
            self._slowly = True
        elif kind < 0.03:
            burst, self._begun = query(b"SELECT 1", b" " * LARGE_TEXT), 1
        else:
            self._begun = self._draw.randint(1, MOST_AT_ONCE) if kind < 0.4 else 1
            burst = query(b"SELECT 1") * self._begun
        self._unsent = [burst]
        if kind > 0.8:
            at = self._draw.randrange(1, len(burst))
            self._unsent = [burst[:at], burst[at:]]

    def send(self, now: float) -> None:
        """Send one piece, as far as the kernel takes it."""
        try:
            count = self.socket.send(self._unsent[0])
        except BlockingIOError:
            count = 0
        rest = self._unsent[0][count:]
        if rest:
            self._unsent[0], self.due = rest, 0
            return
        del self._unsent[0]
        self.due = now + self._pause() if self._unsent else 0
        if not self._unsent:
            self._owed.extend([now] * self._begun)
            self._begun = 0
            if self._slowly:
                self.due = now + SLOW_SECONDS

    def take(self, now: float) -> None:
        """Read what has come, or a little of it."""
        try:
            data = self.socket.recv(READ_BYTES if self._slowly else 1 << 20)
        except BlockingIOError:
            data = b""
        else:
            if not data:
                raise Forgotten("the connection was closed")
        self._data += data
        self._count(now)
        if not (self._owed or self._begun or self._unsent):
            self._slowly = False
            self.due = now + self._pause()
        elif self._slowly:
            self.due = now + SLOW_SECONDS

    def _count(self, now: float) -> None:
        """Count the replies that are there whole."""
        at, data = 0, self._data
        while len(data) - at >= _HEADER:
            end = at + 1 + int.from_bytes(data[at + 1 : at + _HEADER], "big")
            if end > len(data):
                break
            if data[at] == ord("D"):
                # One column: two bytes of how many there are, four of its length.
                stamp = int(data[at + _HEADER + 6 : end]) / 1e9
                sent = self._owed.popleft()
                if self._slowly:
                    self._waits.replies += 1
                else:
                    self._waits.add(stamp - sent, now - stamp)
            at = end
        self._data = data[at:]

    def _pause(self) -> float:
        if self._draw.random() < AT_BRINK:
            return self._draw.uniform(*BRINK)
        least, most = PAUSES
        return float(least * (most / least) ** self._draw.random())

    def check(self, now: float) -> None:
        """Raise Forgotten if a reply is overdue."""
        if self._owed and now - self._owed[0] > REPLY_SECONDS:
            count = len(self._owed)
            raise Forgotten(f"{count} replies did not come within {REPLY_SECONDS:g} seconds")


def hammer(port: int, dbname: str, clients: int, seconds: float, seed: int) -> Waits:
    """Run so many clients for a while, and until the last reply. Raises Forgotten."""
    waits, draw = Waits(), random.Random(seed)  # noqa: S311 (no secret)
    with ExitStack() as stack, _undisturbed():
        crowd = [
            Client(stack.enter_context(_logged_in(port, dbname)), draw, waits)
            for _ in range(clients)
        ]
        by_fd = {one.socket.fileno(): one for one in crowd}
        until = time.monotonic() + seconds
        while active := [one for one in crowd if one.busy or time.monotonic() < until]:
            _turn(active, by_fd)
    return waits


def _turn(crowd: list[Client], by_fd: dict[int, Client]) -> None:
    """Do what is due, then wait for what is next."""
    now = time.monotonic()
    for one in crowd:
        one.check(now)
        if one.due and one.due <= now:
            one.act(time.monotonic())
    timeout = min((one.due for one in crowd if one.due), default=now + 1.0) - time.monotonic()
    reading = [one.socket for one in crowd if one.reads]
    writing = [one.socket for one in crowd if one.writes]
    # select(2) waits by the microsecond, epoll(7) by the millisecond.
    readable, writable, _ = select.select(reading, writing, [], min(max(0.0, timeout), 1.0))
    for ready in readable:
        by_fd[ready.fileno()].take(time.monotonic())
    for ready in writable:
        by_fd[ready.fileno()].send(time.monotonic())


@contextmanager
def _logged_in(port: int, dbname: str) -> Iterator[RawClient]:
    with RawClient(port, receive_bytes=RECEIVE_BYTES) as client:
        client.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # as libpq has it
        client.start(USER.decode(), dbname)
        yield client


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Look for no garbage meanwhile: that would be a wait of our own."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
