"""Hand the sockets that a program listens on to the one that takes its place.

A listening socket that is closed resets the connections that wait in it, and those on their way
to it, even when other sockets listen on the same port. So nothing is closed: the new program gets
the very same sockets, and whichever of the two takes a connection serves it.

The two meet at an abstract Unix socket, named for an address of theirs. Only the same account, or
root, is heard there.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import struct
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

from pgtoll.errors import ConfigError

log = logging.getLogger("pgtoll.handover")

TAKE_SECONDS = 5.0  # for the other program to answer
BATCH = 100  # sockets in one message; the kernel takes 253
LONGEST = 4096  # bytes of such a message: the names of the sockets in it
MORE, LAST = b"+", b"."
_CREDENTIALS = struct.Struct("3i")  # pid, uid, gid


Named = tuple[str, socket.socket]  # what a socket is for, and the socket


class Taken(NamedTuple):
    """What a running program has handed over, and the connection that tells it we live."""

    sockets: list[Named]
    peer: socket.socket


def take(address: str) -> Taken | None:
    """Ask a program that listens on an address for its sockets; None when there is none.

    Raises ConfigError when it may not, or does not, hand them over.
    """
    _check_platform()
    peer = socket.socket(socket.AF_UNIX)
    peer.settimeout(TAKE_SECONDS)
    try:
        peer.connect(_name(address))
    except OSError:
        peer.close()
        return None
    try:
        if not _is_trusted(peer):
            raise ConfigError(f"what listens on {address} is another account's: nothing was taken")
        return Taken(_received(peer), peer)
    except OSError as exc:
        peer.close()
        raise ConfigError(f"the program that listens on {address} does not answer") from exc
    except ConfigError:
        peer.close()
        raise


def _received(peer: socket.socket) -> list[Named]:
    found: list[Named] = []
    mark = MORE
    while mark == MORE:
        # The kernel keeps apart what was sent with sockets.
        data, descriptors, _, _ = socket.recv_fds(peer, LONGEST, BATCH)
        mark, names = data[:1], data[1:].decode().split(",")
        sockets = [socket.socket(fileno=descriptor) for descriptor in descriptors]
        found += zip(names, sockets, strict=False)
    if mark != LAST or not found:
        raise OSError("the other program has closed")
    return found


class Offer:
    """Waits for a program that is to take our place, while we go on."""

    def __init__(self, addresses: Sequence[str], sockets: Sequence[Named]) -> None:
        """At any of the addresses all sockets are offered."""
        _check_platform()
        self._addresses = addresses
        self._sockets = sockets
        self._listening: dict[str, socket.socket] = {}
        self._successors: set[socket.socket] = set()
        self._closed = False

    def open(self) -> None:
        """Wait for it from here on, but where another program of ours waits already."""
        for address in self._addresses:
            if not self._closed and address not in self._listening:
                self._open(address)

    def _open(self, address: str) -> None:
        sock = socket.socket(socket.AF_UNIX)
        try:
            sock.bind(_name(address))
        except OSError:
            sock.close()
            return
        sock.setblocking(False)
        sock.listen()
        self._listening[address] = sock
        asyncio.get_running_loop().add_reader(sock, self._hand_over, address)

    def _hand_over(self, address: str) -> None:
        if address not in self._listening:
            return
        with suppress(OSError):
            peer, _ = self._listening[address].accept()
            if not _is_trusted(peer):
                peer.close()
                return
            self._withdraw()  # the next one asks our successor
            self._successors.add(peer)
            asyncio.get_running_loop().add_reader(peer, self._gone, peer)
            _send(peer, self._sockets)
            log.info("another program takes clients on %s as well", address)

    def _gone(self, peer: socket.socket) -> None:
        """The successor has ended, and perhaps never served: we are to be asked again."""
        asyncio.get_running_loop().remove_reader(peer)
        peer.close()
        self._successors.discard(peer)
        self.open()

    def _withdraw(self) -> None:
        while self._listening:
            _, sock = self._listening.popitem()
            asyncio.get_running_loop().remove_reader(sock)
            sock.close()

    def close(self) -> None:
        """Hand over nothing any more."""
        self._closed = True
        self._withdraw()
        for peer in self._successors:
            asyncio.get_running_loop().remove_reader(peer)
            peer.close()
        self._successors.clear()


def _send(peer: socket.socket, sockets: Sequence[Named]) -> None:
    for at in range(0, len(sockets), BATCH):
        mark = MORE if at + BATCH < len(sockets) else LAST
        names, socks = zip(*sockets[at : at + BATCH], strict=True)
        socket.send_fds(peer, [mark + ",".join(names).encode()], [one.fileno() for one in socks])


def _name(address: str) -> str:
    return f"\0pgtoll/{address}"


def _is_trusted(peer: socket.socket) -> bool:
    data = peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    return _CREDENTIALS.unpack(data)[1] in (os.geteuid(), 0)


def _check_platform() -> None:
    if sys.platform != "linux":
        raise ConfigError("reuse_port: only Linux lets programs hand sockets over like this")
