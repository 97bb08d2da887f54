"""What the program listens on: bound once, passed on by systemd, shared out to workers."""

import os
import socket
import subprocess
import sys
from dataclasses import replace

import pytest
from servers import free_port

from pgtoll.config import Config, Listen, Operation
from pgtoll.errors import ConfigError
from pgtoll.listening.addresses import name_of
from pgtoll.listening.doors import opened, shares

ANY = replace(Config(), listen=(Listen("127.0.0.1", 0),))


def test_each_worker_has_a_socket_of_the_one_address() -> None:
    with opened(replace(ANY, workers=3), console=False) as doors:
        assert len(doors.clients) == 3
        assert len({sock.getsockname() for sock in doors.clients}) == 1


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_each_worker_has_a_socket_of_each_address(workers: int) -> None:
    several = (Listen("127.0.0.1", 0), Listen("127.0.0.2", 0), Listen("127.0.0.3", 0))
    with opened(replace(ANY, listen=several, workers=workers), console=False) as doors:
        names = {name_of(sock) for sock in doors.clients}
        assert len(names) == 3
        assert [line.partition(":")[0] for line in doors.lines()] == [
            f"listening on 127.0.0.{i}" for i in (1, 2, 3)
        ]
        for numbers in shares(workers, len(doors.clients), range(workers)).values():
            assert sorted(name_of(doors.clients[i]) for i in numbers) == sorted(names)


def test_an_address_that_is_named_twice_is_one() -> None:
    port = free_port()
    several = (Listen("127.0.0.1", port), Listen("localhost", port), Listen("127.0.0.1", port))
    with opened(replace(ANY, listen=several), console=False) as doors:
        names = [name_of(sock) for sock in doors.clients]
        assert len(names) == len(set(names))
        assert f"127.0.0.1:{port}" in names


def test_an_address_that_another_has_lets_none_of_them_be() -> None:
    with socket.create_server(("127.0.0.2", 0)) as taken:
        several = (Listen("127.0.0.1", 0), Listen(*taken.getsockname()))
        with pytest.raises(ConfigError, match=r"cannot listen on 127\.0\.0\.2:"):
            opened(replace(ANY, listen=several), console=False).__enter__()


def test_alone_it_has_one_that_is_not_shared() -> None:
    with opened(ANY, console=False) as doors:
        (sock,) = doors.clients
        assert not sock.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT)
        assert doors.offer is None


def test_what_is_said_names_every_address() -> None:
    listen = Listen("127.0.0.1", 0)
    config = replace(ANY, operation=Operation(metrics=listen))
    with opened(config, console=False) as doors:
        first, second = doors.lines()
    assert first.startswith("listening on 127.0.0.1:")
    assert second.startswith("metrics on http://127.0.0.1:")


@pytest.mark.parametrize("workers", [1, 2, 3])
@pytest.mark.parametrize("sockets", [1, 2, 3, 5])
def test_every_socket_is_served_and_everybody_serves(workers: int, sockets: int) -> None:
    found = shares(workers, sockets, range(workers))
    assert set().union(*found.values()) == set(range(sockets))
    assert all(found[worker] for worker in range(workers))


def test_the_sockets_of_the_dead_are_served_by_the_living() -> None:
    assert shares(3, 3, [0, 1, 2]) == {0: {0}, 1: {1}, 2: {2}}
    assert shares(3, 3, [0, 2]) == {0: {0}, 2: {1, 2}}
    assert shares(3, 3, [1]) == {1: {0, 1, 2}}
    assert shares(3, 3, []) == {}


PASSED = """
import os
os.environ["LISTEN_PID"] = {pid}
from dataclasses import replace
from pgtoll.config import Config, Listen, Operation
from pgtoll.listening.doors import opened
config = replace(Config(), operation=Operation(metrics=Listen("127.0.0.1", 0)), workers=2)
with opened(replace(config, listen=(Listen("127.0.0.1", 0),)), console=False) as doors:
    print(*(sock.getsockname()[1] for sock in doors.clients), doors.metrics.getsockname()[1])
    assert "LISTEN_FDS" not in os.environ
"""


@pytest.mark.parametrize("pid", ["str(os.getpid())", '"1"'])
def test_sockets_that_systemd_passes_on_are_taken_if_they_are_meant_for_us(pid: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("", 0)) as other:
        ports = [sock.getsockname()[1] for sock in (one, other)]
        environment = {**os.environ, "LISTEN_FDS": "2", "LISTEN_FDNAMES": "x.socket:metrics"}
        # As a shell would: the descriptors are 3 and 4 in the new program.
        shell = f'exec {sys.executable} -c "$0" 3<&{one.fileno()} 4<&{other.fileno()}'
        run = subprocess.run(
            ["bash", "-c", shell, PASSED.format(pid=pid)],
            env=environment,
            pass_fds=(one.fileno(), other.fileno()),
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
    found = list(map(int, run.stdout.split()))
    assert (found == ports) is ("getpid" in pid)
