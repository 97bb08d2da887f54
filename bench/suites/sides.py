"""The two ways to a server: directly, and through a pgtoll for which everything is licensed.

Each run gets a new server, so that nothing of one is left for another. Directly it is a PostgreSQL
that has never heard of pgtoll: without its schema either.
"""

import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import servers
from bench.licenses import Vendor, prepare
from bench.processes import program, wait_for
from certificates import Authority, Pair
from servers import Postgres, free_port

DIRECT, PROXIED = "direct", "proxied"
ORDINARY = "ordinary"  # a role that owns the database and may create others, and nothing more


@dataclass(frozen=True, slots=True)
class Side:
    """Where a suite connects, and where its files go."""

    name: str
    host: str
    port: int
    user: str
    database: str
    server: Postgres  # the server itself, as its superuser
    binaries: Path  # of the server
    directory: Path
    tls: bool  # whether clients have to use it

    @property
    def environment(self) -> dict[str, str]:
        """The variables by which libpq and most drivers are told where to connect."""
        return {
            "PGHOST": self.host,
            "PGPORT": str(self.port),
            "PGUSER": self.user,
            "PGDATABASE": self.database,
        }

    @property
    def dsn(self) -> str:
        """The place as libpq's keywords."""
        return f"host={self.host} port={self.port} user={self.user} dbname={self.database}"

    def uri(self, scheme: str) -> str:
        """The place as a URI; nobody asks for the password, but some tests look for one."""
        return f"{scheme}://{self.user}:unasked@{self.host}:{self.port}/{self.database}"


@dataclass(frozen=True, slots=True)
class Setting:
    """What kind of server and user a suite is run with."""

    major: int
    ordinary: bool  # as somebody who is no superuser
    workers: int
    tls: bool = False  # clients have to use it, on either side; the proxy's server knows none


@contextmanager
def opened(
    name: str,
    setting: Setting,
    directory: Path,
    *,
    database: str,
    server_settings: Mapping[str, str],
) -> Iterator[Side]:
    """Start a server with one database, and for the proxied side a pgtoll that serves it."""
    binaries = found_binaries(setting.major)
    with ExitStack() as stack:
        server = stack.enter_context(servers.cluster(binaries, **server_settings))
        served = server if database == server.dbname else server.new_database(database)
        user = _let_in(served) if setting.ordinary else server.user
        port, pair = served.port, _certificate(directory) if setting.tls else None
        if name == PROXIED:
            port = stack.enter_context(_proxy(served, setting.workers, directory, pair))
        elif pair is not None:
            servers.encrypt(served, pair.certificate, pair.key)
            servers.let_nobody_in_plain(served)
        place = (name, served.host, port, user, database)
        yield Side(*place, served, binaries, directory, setting.tls)


def found_binaries(major: int) -> Path:
    """Return the programs of this major version; end the program when there are none."""
    embedded = servers.embedded_binaries()
    found = embedded if major == 18 else servers.system_binaries(major)
    if found is None:
        raise SystemExit(f"there is no PostgreSQL {major} here")
    return found


def _let_in(database: Postgres) -> str:
    database.execute(
        f"CREATE ROLE {ORDINARY} LOGIN CREATEDB CREATEROLE REPLICATION;"
        f'ALTER DATABASE "{database.dbname}" OWNER TO {ORDINARY};'
        f"GRANT CREATE ON SCHEMA public TO {ORDINARY}"
    )
    return ORDINARY


def _certificate(directory: Path) -> Pair:
    return Authority.new(directory).issue("localhost", "localhost", "127.0.0.1")


def _licensed(database: Postgres, directory: Path) -> Vendor:
    keys = directory / "vendor"
    keys.mkdir(parents=True)
    vendor = Vendor(keys)
    prepare(database.dsn, vendor, [vendor.base_license()])
    return vendor


@contextmanager
def _proxy(database: Postgres, workers: int, directory: Path, pair: Pair | None) -> Iterator[int]:
    vendor = _licensed(database, directory)
    port, log = free_port(), directory / "proxy.log"
    command = [sys.executable, "-m", "pgtoll", "serve", "--server", database.dsn]
    command += ["--listen", f"127.0.0.1:{port}", "--trust", str(vendor.trust)]
    if pair is not None:
        command += ["--tls", "require", "--tls-cert", str(pair.certificate)]
        command += ["--tls-key", str(pair.key)]
    with program([*command, "--workers", str(workers)], log) as process:
        wait_for("listening on", process, log)
        yield port
