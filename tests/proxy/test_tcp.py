"""The kernel notices who vanished, and takes little more for somebody who does not read."""

import socket
from collections.abc import Callable

import pytest

from pgtoll.tcp import UNSENT_BYTES, prepare

LOOPBACK = ("127.0.0.1", 0)


def taken(sock: socket.socket) -> int:
    """How many bytes a socket takes while nobody reads them."""
    sock.setblocking(False)
    sent = 0
    try:
        while True:
            sent += sock.send(bytes(32 << 10))
    except BlockingIOError:
        return sent


def by_who_connects(sock: socket.socket, listener: socket.socket) -> None:
    del listener
    prepare(sock)


def by_who_listens(sock: socket.socket, listener: socket.socket) -> None:
    del sock
    prepare(listener)


@pytest.mark.parametrize("role", [by_who_connects, by_who_listens])
def test_little_waits_for_somebody_who_reads_slowly(
    role: Callable[[socket.socket, socket.socket], None],
) -> None:
    with socket.create_server(LOOPBACK) as listener, socket.socket() as client:
        # What the other end takes is on its way, and no matter of ours: it is the same for both.
        for sock in (listener, client):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 << 10)
        role(client, listener)
        client.connect(listener.getsockname())
        with listener.accept()[0] as served:
            slow, other = (client, served) if role is by_who_connects else (served, client)
            assert slow.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
            bounded = taken(slow)
            assert UNSENT_BYTES <= bounded <= 4 * UNSENT_BYTES
            assert taken(other) > 2 * bounded
