"""A file of one JSON object a line, which several processes write and whoever likes may rotate."""

from __future__ import annotations

import errno
import fcntl
import logging
import os
import stat
import time
from collections.abc import Sequence
from contextlib import suppress
from itertools import accumulate

from pgtoll.trails.entries import Entry, as_json

log = logging.getLogger("pgtoll.trails")

MODE = 0o640  # who is in the file's group may read what users have tried
LOCK_SECONDS = 5.0  # for others to have written
LOOK_SECONDS = 0.01  # between looks whether they have


class TrailFile:
    """Appends lines, and begins another file when one is full.

    Who writes holds a lock on the file meanwhile. A path that names another file by now, by our
    doing or logrotate's, is opened anew: nobody need tell us.
    """

    def __init__(self, path: str, *, size: int, files: int, proxy: str) -> None:
        """Keep `files` full ones of `size` bytes, 0 for no limit. `proxy` stands in each line."""
        self._path, self._size, self._files, self._proxy = path, size, files, proxy
        self._fd = -1
        self._unrotated = ""  # why the last one is still written, though it is full

    def write(self, entries: Sequence[Entry], /) -> int:
        """Append as many lines as have room in one file, at least one. Raises OSError."""
        lines = [as_json(entry, self._proxy) for entry in entries]
        while True:
            self._lock()
            try:
                length = os.fstat(self._fd).st_size
                full = self._size and length and length + len(lines[0]) > self._size
                if full and self._rotate():
                    continue
                fitting = self._fitting(lines, length)
                self._append(b"".join(lines[:fitting]), length)
                break
            finally:
                fcntl.flock(self._fd, fcntl.LOCK_UN)
        os.fdatasync(self._fd)
        return fitting

    def close(self) -> None:
        """Let go of the file."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def _fitting(self, lines: Sequence[bytes], length: int) -> int:
        """Return how many lines have room."""
        if not self._size or self._unrotated:
            return len(lines)
        ends = accumulate(map(len, lines), initial=length)
        return max(1, sum(end <= self._size for end in ends) - 1)

    def _append(self, data: bytes, length: int) -> None:
        """Write all of it, or nothing: half a line would spoil the next as well."""
        if length and os.pread(self._fd, 1, length - 1) != b"\n":  # whoever wrote it was killed
            data = b"\n" + data
        if os.write(self._fd, data) < len(data):
            os.ftruncate(self._fd, length)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def _lock(self) -> None:
        """Have the file open that the path names, for ourselves alone. Raises OSError."""
        until = time.monotonic() + LOCK_SECONDS
        while True:
            if self._fd < 0:
                self._fd = opened(self._path)
            _wait_for(self._fd, until)
            if self._is_current():
                return
            self.close()

    def _is_current(self) -> bool:
        """Whether the path still names what is open."""
        try:
            return os.path.samestat(os.fstat(self._fd), os.stat(self._path))
        except FileNotFoundError:
            return False

    def _rotate(self) -> bool:
        """Give the full file another name, while it is locked; whether that was possible."""
        try:
            for number in range(self._files - 1, 0, -1):
                with suppress(FileNotFoundError):
                    os.replace(f"{self._path}.{number}", f"{self._path}.{number + 1}")
            os.replace(self._path, f"{self._path}.1")
        except OSError as exc:  # better one file too large than a record too few
            if self._unrotated != str(exc):
                log.error("cannot rotate %s: %s; it goes on growing", self._path, exc.strerror)
            self._unrotated = str(exc)
            return False
        self._unrotated = ""
        return True


def opened(path: str) -> int:
    """Open a file to append to it, made if need be. Raises OSError, also when it is no file."""
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NONBLOCK
    fd = os.open(path, flags, MODE)
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise OSError(errno.EINVAL, "not a regular file")
    return fd


def _wait_for(fd: int, until: float) -> None:
    """Wait for our turn, but not for somebody who never lets go. Raises OSError."""
    while True:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise OSError(errno.EAGAIN, "another process keeps it locked") from None
            time.sleep(LOOK_SECONDS)
        else:
            return
