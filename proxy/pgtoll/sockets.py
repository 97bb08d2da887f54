"""The sockets of sessions: what is ready is read and written here, past the event loop.

To the event loop all of them are one: the descriptor of an epoll set (epoll(7)), which is readable
when any of them is. So a byte on its way costs the system calls that it must, and no call-back,
buffer or task of the loop's. Compiled, the system calls are C's own (docs/adr/0020).
"""

from __future__ import annotations

import asyncio
import logging
import os
import select
import socket
from collections import deque
from contextlib import suppress
from typing import Any, cast

from pgtoll import calls
from pgtoll.tls.transport import SecureTransport

log = logging.getLogger("pgtoll.sockets")

# As long as bytes only pass, the event loop has no turn for so long; and it has one as soon as none
# have come for so long. Both bound how late it is for all else: clients that log in, time-outs.
STAY_SECONDS, WAIT_MILLISECONDS = 0.001, 1
# A protocol is asked to pause when more than so many bytes wait to be written, and to go on when no
# more than so many are left.
HIGH_WATER, LOW_WATER = 64 << 10, 16 << 10

_IN, _OUT = select.EPOLLIN, select.EPOLLOUT


class Poller:
    """The sockets of one event loop's sessions."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._epoll = select.epoll()
        self._fd = self._epoll.fileno()
        self._by_fd: list[SocketTransport | None] = []
        self._ready = calls.room()
        loop.add_reader(self._fd, self.poll)

    def close(self) -> None:
        """Serve no socket any more."""
        self.loop.remove_reader(self._fd)
        for transport in self._by_fd:
            if transport is not None:
                transport.abort()
        self._epoll.close()

    def adopt(self, transport: asyncio.Transport) -> asyncio.Transport:
        """Return a transport of ours for the socket of one of the loop's, and forget that one.

        The same transport when it has bytes to write still, or the socket is none of the kernel's.
        What its protocol is told of stays the protocol's: nothing is read or lost in between.
        """
        if isinstance(transport, SecureTransport):
            transport.adopt(self.adopt)
            return transport
        sock = _duplicate(transport)
        if sock is None:
            return transport
        ours = SocketTransport(self, sock, cast(asyncio.Protocol, transport.get_protocol()))
        reading = transport.is_reading()
        transport.set_protocol(asyncio.Protocol())
        transport.abort()  # closes its descriptor; the connection is open while ours is
        if reading:
            ours.resume_reading()
        return cast(asyncio.Transport, ours)

    def poll(self) -> None:
        """Serve the sockets that are ready, and those that are soon, as long as all goes fast."""
        until = calls.now() + STAY_SECONDS
        count = calls.poll(self._epoll, self._fd, self._ready, 0)
        while count and self._serve(count) and calls.now() < until:
            count = calls.poll(self._epoll, self._fd, self._ready, WAIT_MILLISECONDS)

    def _serve(self, count: int) -> bool:
        """Serve so many; return whether the event loop has nothing to do for it."""
        passed = True
        for number in range(count):
            transport = self._by_fd[calls.fd_at(self._ready, number)]
            if transport is not None and not transport.serve(calls.events_at(self._ready, number)):
                passed = False
        return passed

    def watch(self, transport: SocketTransport, before: int, now: int) -> None:
        """Wait for other events on a socket than before; 0 are none."""
        if not before:
            self._by_fd += [None] * (transport.fd + 1 - len(self._by_fd))
            self._by_fd[transport.fd] = transport
            self._epoll.register(transport.fd, now)
        elif now:
            self._epoll.modify(transport.fd, now)
        else:
            self._epoll.unregister(transport.fd)
            self._by_fd[transport.fd] = None


def _duplicate(transport: asyncio.Transport) -> socket.socket | None:
    """Another descriptor for the socket of a transport that has nothing to write."""
    sock = transport.get_extra_info("socket")
    if sock is None or transport.is_closing() or transport.get_write_buffer_size():
        return None
    with suppress(OSError):  # no descriptor is left, or the peer is gone
        return socket.socket(fileno=os.dup(sock.fileno()))
    return None


class Receiver:
    """An asyncio.Protocol that sockets of ours call past Python, when all is compiled."""

    def data_received(self, data: bytes) -> bool:
        """Take what has come; return whether the event loop has nothing to do for it."""
        raise NotImplementedError


class SocketTransport:
    """One socket: what `asyncio.Transport` says, without a copy of what can be sent at once."""

    def __init__(self, poller: Poller, sock: socket.socket, protocol: asyncio.Protocol) -> None:
        sock.setblocking(False)
        self.fd = sock.fileno()
        self._poller = poller
        self._sock = sock
        self.set_protocol(protocol)
        self._watched = 0  # the events that are waited for
        self._much = False  # the last read has brought all that one may
        self._reading = False
        self._ended = False  # the peer has sent its last byte
        self._finished = False  # nothing more is written
        self._closing = False
        self._full = False  # the protocol is asked to pause
        self._unsent: deque[bytes] = deque()
        self._unsent_bytes = 0

    # Events

    def serve(self, events: int) -> bool:
        """Do what the socket is ready for; return whether that was no more than passing bytes on.

        Raises nothing.
        """
        passed = False
        try:
            if self._reading and events & ~_OUT:
                passed = self._read()
            if self._unsent_bytes and events & ~_IN:
                self._flush()
        except Exception as exc:  # it is one session's: the others go on
            log.exception("a connection is closed by a fault in pgtoll")
            self._break(exc)
        return passed

    def _read(self) -> bool:
        try:
            data = calls.receive(self.fd, much=self._much)
        except OSError as exc:
            self._break(exc)
            return False
        if data is None:
            return True
        self._much = len(data) == calls.READ_BYTES
        if data and self._receiver is not None:
            return self._receiver.data_received(data)
        if data:
            self._protocol.data_received(data)
            return False
        self._ended = True
        self.pause_reading()
        if not self._protocol.eof_received():
            self.close()
        return False

    def _flush(self) -> None:
        """Write what waits, as far as it goes."""
        unsent = self._unsent
        while unsent:
            data = unsent[0]
            try:
                count = calls.send(self.fd, data)
            except OSError as exc:
                self._break(exc)
                return
            self._unsent_bytes -= count
            if count < len(data):
                unsent[0] = data[count:]
                break
            unsent.popleft()
        if self._full and self._unsent_bytes <= LOW_WATER:
            self._full = False
            self._protocol.resume_writing()
        if not unsent:
            self._watch()
            self._is_flushed()

    def _is_flushed(self) -> None:
        if self._closing:
            self._end(None)
        elif self._finished:
            with suppress(OSError):  # the peer is gone, which reading tells
                self._sock.shutdown(socket.SHUT_WR)

    def _watch(self) -> None:
        """Wait for what there is to wait for."""
        wanted = (_IN if self._reading else 0) | (_OUT if self._unsent_bytes else 0)
        if wanted != self._watched:
            before, self._watched = self._watched, wanted
            self._poller.watch(self, before, wanted)

    def _break(self, exc: Exception | None) -> None:
        """Close at once, with a reason or without."""
        if self._sock.fileno() < 0 or (self._closing and not self._unsent):
            return
        self._closing = True
        self._end(exc)

    def _end(self, exc: Exception | None) -> None:
        self._unsent.clear()
        self._unsent_bytes = 0
        self._reading = False
        self._watch()
        self._poller.loop.call_soon(self._lost, exc)

    def _lost(self, exc: Exception | None) -> None:
        protocol = self._protocol
        self.set_protocol(asyncio.Protocol())
        self._sock.close()
        protocol.connection_lost(exc)

    # The protocol's side

    def write(self, data: bytes) -> None:
        """Send bytes, now or as soon as the peer takes them."""
        if not data or self._closing or self._finished:
            return
        if not self._unsent_bytes:
            try:
                count = calls.send(self.fd, data)
            except OSError as exc:
                self._break(exc)
                return
            if count == len(data):
                return
            data = data[count:]
        self._unsent.append(data)
        self._unsent_bytes += len(data)
        self._watch()
        if self._unsent_bytes > HIGH_WATER and not self._full:
            self._full = True
            self._protocol.pause_writing()

    def can_write_eof(self) -> bool:
        """It can."""
        return True

    def write_eof(self) -> None:
        """Tell the peer, behind what waits, that no more follows."""
        if not (self._finished or self._closing):
            self._finished = True
            if not self._unsent:
                self._is_flushed()

    def close(self) -> None:
        """Send what waits, then close."""
        if self._closing:
            return
        self._closing = True
        self._reading = False
        if self._unsent:
            self._watch()
        else:
            self._end(None)

    def abort(self) -> None:
        """Close at once; what waits is lost."""
        self._break(None)

    def is_closing(self) -> bool:
        """Whether it is closed, or will be when what waits is sent."""
        return self._closing

    def is_reading(self) -> bool:
        """Whether what comes is handed on."""
        return self._reading

    def pause_reading(self) -> None:
        """Leave with the kernel what comes."""
        self._reading = False
        self._watch()

    def resume_reading(self) -> None:
        """Hand on what comes."""
        if not (self._closing or self._ended):
            self._reading = True
            self._watch()

    def get_write_buffer_size(self) -> int:
        """Bytes that the peer has not taken."""
        return self._unsent_bytes

    def get_protocol(self) -> asyncio.BaseProtocol:
        """Whom the bytes go to."""
        return self._protocol

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        """Hand what comes to another."""
        self._protocol = cast(asyncio.Protocol, protocol)
        self._receiver = protocol if isinstance(protocol, Receiver) else None

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """Return what asyncio calls `socket`, `peername` and `sockname`."""
        with suppress(OSError):
            if name == "socket":
                return self._sock
            if name == "peername":
                return self._sock.getpeername()
            if name == "sockname":
                return self._sock.getsockname()
        return default
