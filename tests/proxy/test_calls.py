"""The system calls of the data path, on real sockets."""

import re
import select
import socket
from pathlib import Path

import pytest

from pgtoll import calls


def test_what_is_ready_is_noted_and_read_and_written() -> None:
    near, far = socket.socketpair()
    with near, far, select.epoll() as epoll:
        near.setblocking(False)
        epoll.register(near, select.EPOLLIN)
        ready = calls.room()
        assert calls.poll(epoll, epoll.fileno(), ready, 0) == 0
        assert calls.receive(near.fileno(), much=False) is None
        assert calls.send(far.fileno(), b"word") == 4
        assert calls.poll(epoll, epoll.fileno(), ready, 1000) == 1
        assert calls.fd_at(ready, 0) == near.fileno()
        assert calls.events_at(ready, 0) == select.EPOLLIN
        assert calls.receive(near.fileno(), much=False) == b"word"
        far.shutdown(socket.SHUT_WR)
        assert calls.receive(near.fileno(), much=True) == b""


def test_a_full_socket_takes_nothing_and_one_without_a_reader_is_an_error() -> None:
    near, far = socket.socketpair()
    with near:
        near.setblocking(False)
        while calls.send(near.fileno(), bytes(1 << 20)):
            pass
        far.close()
        with pytest.raises(BrokenPipeError):
            calls.send(near.fileno(), b"x")


def test_time_goes_on() -> None:
    assert calls.now() <= calls.now()


def test_both_spellings_have_the_same_bounds() -> None:
    text = Path(calls.__file__).with_suffix(".pxd").read_text()
    said = dict(re.findall(r"#define PGTOLL_(\w+) (\d+)", text))
    assert said == {"READ_BYTES": str(calls.READ_BYTES), "AT_ONCE": str(calls.AT_ONCE)}
