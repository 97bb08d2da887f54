"""The system calls of the data path; compiled, C's own of calls.pxd have their place."""

import os
import select
import time

# What one read may bring, in bytes: then the other sockets have their turn.
READ_BYTES = 32 << 10
# Sockets that are served before the event loop has its turn.
AT_ONCE = 128

Ready = list[tuple[int, int]]  # descriptors, and the events that each is ready for


def room() -> Ready:
    """Return what `poll` writes to."""
    return []


def poll(epoll: select.epoll, fd: int, ready: Ready, milliseconds: int) -> int:
    """Note which sockets of an epoll set, of this descriptor, are ready; return how many.

    Wait so long for the first. Raises OSError.
    """
    ready[:] = epoll.poll(milliseconds / 1000, AT_ONCE)
    return len(ready)


def fd_at(ready: Ready, number: int) -> int:
    """The descriptor of one of them."""
    return ready[number][0]


def events_at(ready: Ready, number: int) -> int:
    """What it is ready for, as epoll(7) has it."""
    return ready[number][1]


def now() -> float:
    """Seconds since some moment."""
    return time.monotonic()


def receive(fd: int, *, much: bool) -> bytes | None:
    """Return what has come; nothing at the end, None when nothing has. Raises OSError.

    `much` is expected, or not: it comes to its place at once, which takes room beforehand.
    """
    try:
        return os.read(fd, READ_BYTES)
    except (BlockingIOError, InterruptedError):
        return None


def send(fd: int, data: bytes) -> int:
    """Send what the kernel takes; return how many bytes. Raises OSError."""
    try:
        return os.write(fd, data)
    except (BlockingIOError, InterruptedError):
        return 0
