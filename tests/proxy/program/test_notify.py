"""What a service manager is told, on the socket that it names."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from pgtoll.program.notify import ServiceManager


@pytest.fixture(params=["path", "abstract"])
def heard(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, socket.socket]]:
    """A service manager's socket, and how it is named."""
    name = str(tmp_path / "s") if request.param == "path" else f"@pgtoll-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.settimeout(2)
        sock.bind(name.replace("@", "\0"))
        yield name, sock


def test_it_hears_how_the_program_is(heard: tuple[str, socket.socket]) -> None:
    name, sock = heard
    manager = ServiceManager({"NOTIFY_SOCKET": name})
    manager.ready("listening")
    assert sock.recv(999) == b"READY=1\nSTATUS=listening"
    manager.reloading()
    first, second = sock.recv(999).split(b"\n")
    assert first == b"RELOADING=1"
    assert int(second.removeprefix(b"MONOTONIC_USEC=")) > 0
    manager.stopping(2.5)
    assert sock.recv(999) == b"STOPPING=1\nSTATUS=stopping\nEXTEND_TIMEOUT_USEC=2500000"
    manager.alive()
    assert sock.recv(999) == b"WATCHDOG=1"


@pytest.mark.parametrize("name", ["", "/no/such/socket", "relative", "@nobody-listens"])
def test_that_nobody_hears_it_is_no_error(name: str) -> None:
    ServiceManager({"NOTIFY_SOCKET": name}).ready("x")


def test_the_watchdog_is_asked_for_by_whoever_wants_it() -> None:
    usec, pid = "WATCHDOG_USEC", "WATCHDOG_PID"
    assert ServiceManager({}).watchdog is None
    assert ServiceManager({usec: "3000000"}).watchdog == 3.0
    assert ServiceManager({usec: "3000000", pid: str(os.getpid())}).watchdog == 3.0
    assert ServiceManager({usec: "3000000", pid: "1"}).watchdog is None
    assert ServiceManager({usec: "soon"}).watchdog is None
    assert ServiceManager({usec: "0"}).watchdog is None
