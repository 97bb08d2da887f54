"""A program that listens in several places serves, hands over and leaves all of them alike."""

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
from programs import SECONDS, ipv6, linux
from proxies import Site, end, environment, eventually, running_proxy
from psycopg.conninfo import make_conninfo
from servers import free_port

pytestmark = [pytest.mark.live, linux]

ONE, OTHER, THIRD = "127.0.0.1", "127.0.0.2", "127.0.0.3"


def listens(host: str, port: int) -> bool:
    with suppress(OSError), socket.create_connection((host, port), timeout=SECONDS):
        return True
    return False


def serves(site: Site, host: str, port: int) -> bool:
    dsn = make_conninfo(site.database.dsn, host=host, port=port, user=site.alice)
    with psycopg.connect(dsn, connect_timeout=20) as session:
        return session.execute("SELECT 1").fetchone() == (1,)


@contextmanager
def running(site: Site, log: Path, where: str, *more: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program that listens in these places, from when it says so in all of them."""
    call = [sys.executable, "-m", "pgtoll", "serve", "--server", site.database.dsn]
    call += ["--trust", str(site.trust), "--listen", where, *more]
    with log.open("wb") as stderr:
        process = subprocess.Popen(call, stdout=subprocess.PIPE, stderr=stderr, env=environment())
    assert process.stdout is not None
    try:
        places = where.split(",")
        lines = [process.stdout.readline().decode() for _ in places]
        assert sorted(lines) == sorted(f"listening on {at}\n" for at in places), log.read_text()
        yield process
    finally:
        end(process)


@pytest.mark.parametrize("workers", ["1", "2"])
def test_clients_are_served_everywhere_until_it_is_told_to_stop(
    licensed_site: Site, tmp_path: Path, workers: str
) -> None:
    site, port = licensed_site, free_port()
    where = f"{ONE}:{port},{OTHER}:{port}"
    with running(site, tmp_path / "log", where, "--workers", workers) as process:
        for _ in range(4 * int(workers)):
            assert serves(site, ONE, port)
            assert serves(site, OTHER, port)
        assert not listens(THIRD, port)
        dsn = make_conninfo(site.database.dsn, host=OTHER, port=port, user=site.alice)
        with psycopg.connect(dsn) as session:
            session.execute("SELECT 1")  # a transaction that may end
            process.terminate()
            for host in (ONE, OTHER):
                assert eventually(lambda at=host: not listens(at, port), within=SECONDS)  # type: ignore[misc]  # mypy cannot infer it
            assert session.execute("SELECT 2").fetchone() == (2,)
            session.commit()
            assert process.wait(timeout=SECONDS) == 0


@ipv6
def test_one_port_serves_ipv4_and_ipv6(licensed_site: Site, tmp_path: Path) -> None:
    site, port = licensed_site, free_port()
    with running(site, tmp_path / "log", f"{ONE}:{port},[::1]:{port}", "--workers", "2"):
        assert serves(site, ONE, port)
        assert serves(site, "::1", port)


def test_a_star_is_everywhere(licensed_site: Site) -> None:
    site, port = licensed_site, free_port()
    options = ("--listen", f"*:{port}")
    with running_proxy(site.database, site.trust, options=options):
        for host in (ONE, OTHER, THIRD):
            assert serves(site, host, port)


@dataclass
class Loop:
    """Clients of each address all the time."""

    site: Site
    port: int
    hosts: tuple[str, ...]
    problems: list[str] = field(default_factory=list)
    count: int = 0
    over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "Loop":
        self._threads = [threading.Thread(target=self._run, args=(host,)) for host in self.hosts]
        for thread in self._threads:
            thread.start()
        return self

    def _run(self, host: str) -> None:
        while not self.over.is_set():
            try:
                serves(self.site, host, self.port)
                self.count += 1
            except (OSError, psycopg.Error) as exc:
                self.problems.append(f"{host}: {exc!r}")

    def goes_on(self) -> bool:
        before = self.count
        return eventually(lambda: self.count > before + 20, within=SECONDS)

    def __exit__(self, *_: object) -> None:
        self.over.set()
        for thread in self._threads:
            thread.join()


@pytest.mark.parametrize(("old", "new"), [("1", "2"), ("2", "1")])
def test_a_successor_may_listen_in_more_places_and_in_fewer(
    licensed_site: Site, tmp_path: Path, old: str, new: str
) -> None:
    """No client of the addresses that all programs have is refused."""
    site, port = licensed_site, free_port()
    places = (
        f"{ONE}:{port},{OTHER}:{port}",
        f"{THIRD}:{port},{OTHER}:{port},{ONE}:{port}",
        f"{OTHER}:{port},{ONE}:{port}",
    )
    with ExitStack() as stack:
        before: subprocess.Popen[bytes] | None = None
        loop: Loop | None = None
        for i, where in enumerate(places):
            workers = old if i % 2 == 0 else new
            more = ("--reuse-port", "--workers", workers)
            process = stack.enter_context(running(site, tmp_path / str(i), where, *more))
            loop = loop or stack.enter_context(Loop(site, port, (ONE, OTHER)))
            assert loop.goes_on()
            if before is not None:
                before.terminate()
                assert before.wait(timeout=SECONDS) == 0
            assert loop.goes_on()
            assert listens(THIRD, port) is (THIRD in where)
            before = process
        assert loop is not None
        loop.over.set()
    assert loop.problems == []
