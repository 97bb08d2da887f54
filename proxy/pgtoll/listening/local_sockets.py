"""Unix sockets that clients connect to, where libpq looks for them.

A socket's file outlives whoever made it. It is in use as long as somebody takes connections from
it; whoever makes or removes one holds the lock of its name meanwhile.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from pgtoll.config import LocalSockets
from pgtoll.errors import ConfigError

BACKLOG = 1024  # connections the kernel holds for us
_PRIVATE = 0o177  # nobody else connects before the mode is as it should be


def path_of(directory: str, port: int) -> str:
    """Where libpq looks for a server: in a directory, or under an abstract name (@)."""
    return f"{directory}/.s.PGSQL.{port}"


def bound_local(path: str, access: LocalSockets) -> socket.socket:
    """Return a socket that listens there; a file that nobody listens on any more is replaced.

    Raises OSError when somebody does, or the directory is not ours to write.
    """
    if path.startswith("@"):
        return _listening("\0" + path[1:])
    with _locked(path):
        if _in_use(path):
            raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE))
        with suppress(FileNotFoundError):
            os.unlink(path)
        before = os.umask(_PRIVATE)
        try:
            sock = _listening(path)
        finally:
            os.umask(before)
        try:
            _open_to(path, access)
        except BaseException:
            sock.close()
            os.unlink(path)
            raise
    return sock


def remove(path: str) -> None:
    """Remove the files of a socket, unless somebody listens on it still."""
    if path.startswith("@"):
        return
    with suppress(OSError), _locked(path):
        if not _in_use(path):
            with suppress(FileNotFoundError):
                os.unlink(path)
            os.unlink(_lock_of(path))


def _open_to(path: str, access: LocalSockets) -> None:
    """Let those connect who may. Raises ConfigError for a group that there is not."""
    if access.group:
        try:
            shutil.chown(path, group=access.group)
        except LookupError as exc:
            raise ConfigError(f"there is no group {access.group}") from exc
    os.chmod(path, access.mode)


def _listening(name: str) -> socket.socket:
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        sock.bind(name)
        sock.listen(BACKLOG)
    except OSError:
        sock.close()
        raise
    return sock


def _in_use(path: str) -> bool:
    """Whether somebody listens there. Raises OSError when it is no socket, or not to be known."""
    try:
        if not stat.S_ISSOCK(os.stat(path).st_mode):
            raise OSError(errno.EEXIST, "there is a file that is no socket")
    except FileNotFoundError:
        return False
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.setblocking(False)  # whoever listens may be slow
        try:
            probe.connect(path)
        except (ConnectionRefusedError, FileNotFoundError):
            return False
        except BlockingIOError:  # its queue is full
            return True
    return True


@contextmanager
def _locked(path: str) -> Iterator[None]:
    """Hold the lock of a socket's name. PostgreSQL's servers heed its file, and who is in it."""
    while True:
        fd = os.open(_lock_of(path), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX)
            if not _is_still(fd, _lock_of(path)):
                continue  # whoever had it has removed it
            os.ftruncate(fd, 0)
            os.pwrite(fd, f"{os.getpid()}\n".encode(), 0)
            yield
            return
        finally:
            os.close(fd)


def _is_still(fd: int, path: str) -> bool:
    try:
        return os.path.samestat(os.fstat(fd), os.stat(path))
    except FileNotFoundError:
        return False


def _lock_of(path: str) -> str:
    return f"{path}.lock"
