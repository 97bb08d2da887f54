"""`pgtoll serve` as an operating system sees it: its processes, its descriptors, its output."""

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from proxies import Proxy, environment, eventually
from servers import Postgres, cluster

SECONDS = 30.0
ENDED_SECONDS = 10.0

linux = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes in /proc")


def _speaks_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as sock:
            sock.bind(("::1", 0))
    except OSError:
        return False
    return True


ipv6 = pytest.mark.skipif(not _speaks_ipv6(), reason="this machine has no IPv6")


def command(server: str, trust: Path, *more: str) -> list[str]:
    """The call of `pgtoll serve` on a port that the operating system chooses."""
    call = [sys.executable, "-m", "pgtoll", "serve", "--server", server, "--trust", str(trust)]
    return [*call, "--listen", "127.0.0.1:0", *more]


def refused(server: str, trust: Path, *more: str) -> str:
    """Start a proxy that must not start, and return the line that says why."""
    run = subprocess.run(
        command(server, trust, *more),
        env=environment(),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert (run.returncode, run.stdout) == (2, ""), run
    assert run.stderr.startswith("pgtoll: "), run
    assert run.stderr.count("\n") == 1, run
    return run.stderr.removeprefix("pgtoll: ").rstrip("\n")


@contextmanager
def started(server: str, trust: Path, *more: str) -> Iterator[subprocess.Popen[str]]:
    """Start a proxy, and wait for nothing."""
    process = subprocess.Popen(
        command(server, trust, *more),
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def children(pid: int) -> set[int]:
    """The processes that a process started and that live."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
            if int(parent) == pid and state != "Z":
                found.add(int(stat.parent.name))
    return found


def family(pid: int) -> set[int]:
    """A process, and all that came of it."""
    return {pid}.union(*(family(child) for child in children(pid)))


def workers(proxy: Proxy) -> set[int]:
    """The processes that serve: those that read SQL for them are theirs."""
    return {pid for pid in children(proxy.process.pid) if children(pid)}


def alive(pids: set[int]) -> set[int]:
    """Those that have not ended."""
    found = set()
    for pid in pids:
        with suppress(OSError):
            stat = Path(f"/proc/{pid}/stat").read_text()
            if stat.rpartition(")")[2].split()[0] != "Z":
                found.add(pid)
    return found


def all_end(pids: set[int], within: float = ENDED_SECONDS) -> bool:
    """Whether every one of them ends soon; those that do not are ended here."""
    try:
        return eventually(lambda: not alive(pids), within=within)
    finally:
        for pid in alive(pids):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def descriptors(pid: int) -> int:
    """How many files and sockets a process holds."""
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def connections(database: Postgres) -> int:
    """How many sessions a database has besides the one that asks."""
    with database.connect() as session:
        row = session.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ).fetchone()
    assert row is not None
    return int(row[0])


def log_of(proxy: Proxy) -> str:
    """What a proxy has logged so far."""
    return proxy.log.read_text(errors="replace")


def logged(proxy: Proxy, text: str) -> Callable[[], bool]:
    """Whether a proxy has logged something, for `eventually`."""
    return lambda: text in log_of(proxy)


def page(url: str) -> tuple[int, str]:
    """The status and the text of what is served over HTTP."""
    try:
        with urllib.request.urlopen(url, timeout=ENDED_SECONDS) as reply:  # noqa: S310
            return reply.status, reply.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


@contextmanager
def unreachable(database: Postgres) -> Iterator[None]:
    """A database that lets nobody in and ends every session, while the context lasts."""
    other = replace(database, dbname="postgres")
    name = database.dbname
    other.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
    try:
        other.execute(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
        )
        yield
    finally:
        other.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')


@contextmanager
def restartable(binaries: Path, **settings: str) -> Iterator[tuple[Postgres, Callable[..., None]]]:
    """A server of its own, and what controls it: called with "stop" or "start"."""
    with cluster(binaries, **settings) as server:
        with server.connect() as session:
            row = session.execute("SHOW data_directory").fetchone()
        assert row is not None
        data = Path(row[0])
        account = data.owner() if os.geteuid() == 0 else None

        def control(what: str, *, check: bool = True) -> None:
            call = [str(binaries / "pg_ctl"), what, "-D", str(data), "-w", "-s"]
            start = ["-l", str(data / "log"), "-o", f"-p {server.port}"]
            call += start if what == "start" else ["-m", "fast"]
            subprocess.run(call, user=account, cwd=data, check=check, stdout=subprocess.DEVNULL)

        try:
            yield server, control
        finally:
            control("stop", check=False)
