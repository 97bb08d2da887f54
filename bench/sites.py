"""The place a benchmark runs in: Debian's PostgreSQL 15, new, in a temporary directory."""

import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType

import servers
from bench.licenses import Vendor
from bench.pgbench import USER, Address, Pgbench
from certificates import Authority, Pair
from servers import Postgres

Fill = Callable[[Postgres, Pgbench], None]  # puts the benchmark's tables into a new database
TEMPLATE = "filled"  # the database that those of all targets are copies of
# Reads a new database into the server's memory: no path is to wait for the disk.
WARM = """
CREATE EXTENSION pg_prewarm;
SELECT pg_prewarm(oid) FROM pg_class
WHERE relkind IN ('r', 'i') AND relnamespace = 'public'::regnamespace;
DROP EXTENSION pg_prewarm
"""


@dataclass(frozen=True, slots=True)
class Target:
    """One way to the server; `pid` is the program in between, 0 when there is none."""

    name: str
    address: Address
    pid: int
    log: Path
    more: tuple[int, ...] = ()  # the other programs in between, if it takes several

    @property
    def pids(self) -> tuple[int, ...]:
        """All programs in between."""
        return (self.pid, *self.more) if self.pid else ()


@dataclass(frozen=True, slots=True)
class Site:
    """Where targets are built: the server, a directory, and what they have in common."""

    server: Postgres
    directory: Path
    workers: int
    clients: int = 100  # the most that are there at a time
    suffix: str = ""  # of the names of databases
    encrypted: bool = False  # clients use TLS with whatever is in between

    def certificate(self, owner: str | None = None) -> Pair:
        """Make a certificate for a proxy; the key is for whoever runs it."""
        name = owner or "ours"
        pair = Authority.new(self.directory).issue("localhost", "127.0.0.1", file=name)
        if owner is not None:
            shutil.chown(pair.key, owner)
        return pair

    def database(self, name: str) -> Postgres:
        """Create one target's database, the filled one once more; the benchmark's user owns it."""
        how = f"OWNER {USER} TEMPLATE {TEMPLATE} STRATEGY file_copy"
        self.server.execute(f'CREATE DATABASE "{name}{self.suffix}" {how}')
        database = replace(self.server, dbname=name + self.suffix)
        database.execute(WARM)
        return database

    def vendor(self, name: str) -> Vendor:
        """Make a vendor of its own for one target."""
        directory = self.directory / name
        directory.mkdir()
        return Vendor(directory)


@contextmanager
def temporary_site(workers: int, fill: Fill, **settings: str) -> Iterator[tuple[Site, Pgbench]]:
    """Start the server and make a directory, for as long as the context lasts.

    `settings` replace those that servers.cluster gives the server.
    """
    binaries = postgres_15()
    pgbench = Pgbench(binaries)
    with servers.cluster(binaries, **settings) as server, tempfile.TemporaryDirectory() as name:
        server.execute(f"CREATE ROLE {USER} LOGIN")
        filled = server.new_database(TEMPLATE)
        filled.execute(f"ALTER DATABASE {TEMPLATE} OWNER TO {USER}")
        fill(filled, pgbench)
        filled.execute("VACUUM ANALYZE")
        directory = Path(name)
        # PgBouncer runs under another account and has to read its settings.
        directory.chmod(0o755)
        yield Site(server, directory, workers), pgbench


def postgres_15() -> Path:
    """Return where Debian keeps PostgreSQL 15; end the program when it is not installed."""
    binaries = servers.system_binaries(15)
    if binaries is None:
        raise SystemExit("the benchmark needs Debian's packages postgresql-15 and pgbouncer")
    return binaries


def nothing(database: Postgres, pgbench: Pgbench) -> None:
    """Fill a database with nothing: no table is needed."""


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
