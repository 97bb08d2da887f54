"""The place a benchmark runs in: Debian's PostgreSQL 15, new, in a temporary directory."""

import os
import platform
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from types import FrameType

import servers
from bench.pgbench import USER, Address, Pgbench
from bench.processes import account
from bench.targets import Site
from servers import Postgres

Fill = Callable[[Postgres, Pgbench], None]  # puts the benchmark's tables into a new database


@contextmanager
def temporary_site(workers: int, fill: Fill, **settings: str) -> Iterator[tuple[Site, Pgbench]]:
    """Start the server and make a directory, for as long as the context lasts.

    `settings` replace those that servers.cluster gives the server.
    """
    binaries = postgres_15()
    pgbench = Pgbench(binaries)
    with servers.cluster(binaries, **settings) as server, tempfile.TemporaryDirectory() as name:
        server.execute(f"CREATE ROLE {USER} LOGIN")
        directory = Path(name)
        # PgBouncer runs under another account and has to read its settings.
        directory.chmod(0o755)
        yield Site(server, directory, workers, lambda database: fill(database, pgbench)), pgbench


def postgres_15() -> Path:
    """Return where Debian keeps PostgreSQL 15; end the program when it is not installed."""
    binaries = servers.system_binaries(15)
    if binaries is None:
        raise SystemExit("the benchmark needs Debian's packages postgresql-15 and pgbouncer")
    return binaries


def fill_with_pgbench(scale: int) -> Fill:
    """Return a filler that creates pgbench's own tables."""

    def fill(database: Postgres, pgbench: Pgbench) -> None:
        pgbench.initialise(Address(database.port, database.dbname), scale=scale)

    return fill


def end_on_signal() -> None:
    """Leave through every `finally` when we are told to end, so that no program stays behind."""

    def leave(number: int, frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    signal.signal(signal.SIGTERM, leave)


def machine() -> str:
    """Return the machine and the versions, for the head of a table."""
    cores = len(os.sched_getaffinity(0))
    versions = [
        f"Python {platform.python_version()}",
        f"pgtoll {metadata.version('pgtoll')}",
        f"uvloop {metadata.version('uvloop')}",
        _first_line(str(postgres_15() / "postgres"), "--version"),
        _first_line("/usr/sbin/pgbouncer", "--version"),
    ]
    return f"{cores} cores, Linux {platform.release()}; " + ", ".join(versions)


def _first_line(*command: str) -> str:
    run = subprocess.run(
        command, user=account(), cwd="/", capture_output=True, text=True, check=True
    )
    return run.stdout.splitlines()[0]
