"""The console beside the proxy: in a process of its own, which comes and goes with the program."""

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from licensing import MARKETING, Licensing
from programs import all_end, children, family, linux, refused, started
from proxies import eventually, prepared
from servers import Postgres

from pgtoll.client import (
    LicenseException,
    Service,
    check_operation_license,
    has_operation_license,
)
from pgtoll.config import Config, Console, Listen
from pgtoll.console.serving import is_local

STARTING = 20.0
AT = ("--console", "127.0.0.1:0")


@pytest.mark.parametrize(
    ("console", "local"),
    [
        (Console(Listen("127.0.0.1")), True),
        (Console(Listen("::1")), True),
        (Console(Listen("localhost")), True),
        (Console(Listen("0.0.0.0")), False),  # noqa: S104  # nothing listens
        (Console(Listen("db.internal")), False),
        (Console(Listen("127.0.0.1"), hosts=("licenses.example",)), False),
        (Console(Listen("127.0.0.1"), forwarders=("127.0.0.1",)), False),
        (Console(), False),
    ],
)
def test_only_a_console_that_nobody_reaches_from_elsewhere_is_local(
    console: Console, local: bool
) -> None:
    assert is_local(Config(console=console)) is local


@pytest.fixture
def place(postgres: Postgres, tmp_path: Path) -> Iterator[tuple[Licensing, Path]]:
    with prepared(postgres, tmp_path) as made:
        yield made


@dataclass
class Served:
    """A program with a console."""

    process: subprocess.Popen[str]
    port: int
    url: str

    def status(self, path: str) -> int:
        """Return the status of a page, 0 when nobody answers."""
        try:
            return httpx.get(self.url + path, timeout=STARTING).status_code
        except httpx.TransportError:
            return 0


@contextmanager
def serving(place: tuple[Licensing, Path], *more: str) -> Iterator[Served]:
    licensing, trust = place
    with started(licensing.database.dsn, trust, *AT, *more) as process:
        assert process.stdout is not None
        first, second = process.stdout.readline(), process.stdout.readline()
        assert first.startswith("listening on 127.0.0.1:")
        assert second.startswith("console on http://127.0.0.1:")
        port, url = int(first.rpartition(":")[2]), second.split()[-1]
        yield Served(process, port, url)


@pytest.mark.parametrize("number", ["1", "2"])
def test_it_serves_pages_and_the_api_until_it_is_told_to_stop(
    place: tuple[Licensing, Path], number: str
) -> None:
    with serving(place, "--workers", number) as served:
        assert served.status("/login") == 200
        assert served.status("/api/openapi.json") == 200
        assert served.status("/api/products") == 401
        with place[0].database.connect(host="127.0.0.1", port=served.port) as session:
            assert session.execute("SELECT 1").fetchone() == (1,)
        processes = family(served.process.pid)
        served.process.terminate()
        rest, _ = served.process.communicate(timeout=STARTING)
        assert (served.process.returncode, rest) == (0, "")
        assert all_end(processes)


def test_a_front_end_asks_by_its_token_and_seats_count_at_once(
    place: tuple[Licensing, Path],
) -> None:
    licensing, token = place[0], "0123456789abcdef"
    vendor = licensing.vendor
    product = vendor.product(operations=("MrktApp.Use",))
    licensing.upload(product, vendor.license(MARKETING, seats=1))
    licensing.grant(MARKETING, "alice & co")
    with serving(place, "--operation-tokens", token) as served:
        alice, bob = (Service(served.url, token, user) for user in ("alice & co", "bob"))
        assert has_operation_license("MrktApp.Use", alice)
        with pytest.raises(LicenseException, match='of product "marketing" for user "bob"'):
            check_operation_license("MrktApp.Use", bob)
        licensing.revoke(MARKETING, "alice & co")
        assert not has_operation_license("MrktApp.Use", alice)
        assert not has_operation_license("Unheard.Of", alice)


@linux
def test_a_console_that_dies_is_started_again_and_no_client_notices(
    place: tuple[Licensing, Path],
) -> None:
    database = place[0].database
    with (
        serving(place) as served,
        database.connect(host="127.0.0.1", port=served.port) as session,
    ):
        (console,) = (pid for pid in children(served.process.pid) if is_console(pid, served))
        os.kill(console, signal.SIGKILL)
        assert all_end({console})
        assert eventually(lambda: served.status("/login") == 200, within=STARTING)
        assert session.execute("SELECT 1").fetchone() == (1,)


def is_console(pid: int, served: Served) -> bool:
    """Tell whether a process listens where the console is."""
    port = int(served.url.rpartition(":")[2])
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    listening = (line.split() for line in lines)
    inodes = {
        fields[9]
        for fields in listening
        if fields[3] == "0A" and int(fields[1].rpartition(":")[2], 16) == port
    }
    links = {os.readlink(fd) for fd in Path(f"/proc/{pid}/fd").iterdir()}
    return not links.isdisjoint(f"socket:[{inode}]" for inode in inodes)


def test_a_port_that_is_taken_is_one_line(place: tuple[Licensing, Path]) -> None:
    licensing, trust = place
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        told = refused(licensing.database.dsn, trust, "--console", address)
    assert told == (
        f"cannot listen on {address}: address already in use: choose another with --console"
    )
