"""A running `pgtoll serve` in front of a test's database, and the people who use it."""

import os
import re
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from initialised import new_store
from licensing import BASE, MARKETING, Licensing, Vendor
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import TupleRow
from servers import Postgres

STOP_SECONDS = 20.0
SETTLE_SECONDS = 10.0
IN_FORCE_SECONDS = 1.0  # what is uploaded anywhere holds on every proxy within this time

Session = psycopg.Connection[TupleRow]


@dataclass(frozen=True)
class Proxy:
    """A running proxy."""

    database: Postgres
    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def dsn(self, user: str | None = None, **parameters: str | int) -> str:
        """The connection string of a client that goes through the proxy."""
        base = conninfo_to_dict(self.database.dsn)
        base |= {"host": "127.0.0.1", "port": self.port, "user": user or self.database.user}
        return make_conninfo("", **{**base, **parameters})

    def connect(
        self, user: str | None = None, *, autocommit: bool = True, **parameters: str | int
    ) -> Session:
        """Return a new connection through the proxy; `parameters` are libpq's."""
        return psycopg.connect(self.dsn(user, **parameters), autocommit=autocommit)

    @property
    def resident_bytes(self) -> int:
        """The memory that the process itself holds now."""
        pages = Path(f"/proc/{self.process.pid}/statm").read_text(encoding="ascii").split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")


@contextmanager
def running_proxy(
    database: Postgres,
    trust: Path,
    *,
    workers: int = 1,
    mode: str = "enforce",
    options: tuple[str, ...] = (),
) -> Iterator[Proxy]:
    """Run `pgtoll serve`, with more `options`, in front of a database that has schema pgtoll."""
    log = trust.with_name(f"proxy-{secrets.token_hex(4)}.log")
    command = [sys.executable, "-m", "pgtoll", "serve", "--listen", "127.0.0.1:0"]
    command += ["--server", database.dsn, "--trust", str(trust)]
    command += ["--workers", str(workers), "--mode", mode, *options]
    quiet = environment() | {"PYTHONWARNINGS": ""}
    with log.open("wb") as stderr:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, env=quiet)
    try:
        yield Proxy(database, process, _port(process, log), log)
    finally:
        end(process)


def environment() -> dict[str, str]:
    """The environment without the caller's own settings of pgtoll; the build stays the same."""
    own = {name for name in os.environ if name.startswith("PGTOLL_")} - {"PGTOLL_PURE"}
    return {name: value for name, value in os.environ.items() if name not in own}


def _port(process: subprocess.Popen[bytes], log: Path) -> int:
    assert process.stdout is not None
    line = process.stdout.readline().decode()
    match = re.fullmatch(r"listening on .*:(\d+)\n", line)
    if match is None:
        end(process)
        raise RuntimeError(f"the proxy did not start: {log.read_text(errors='replace')}")
    return int(match[1])


def end(process: subprocess.Popen[bytes]) -> None:
    """Stop a proxy and wait for it, by force if it does not listen."""
    process.terminate()
    try:
        process.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()


@dataclass(frozen=True)
class Site:
    """A database with schema pgtoll and two roles in it, its licensing, and a proxy."""

    database: Postgres
    licensing: Licensing
    trust: Path
    proxy: Proxy
    alice: str  # has a seat of whatever has seats
    bob: str  # has none

    @property
    def vendor(self) -> Vendor:
        return self.licensing.vendor

    def run(self, sql: str) -> None:
        """Run statements beside the proxy, as the superuser."""
        self.database.execute(sql)

    def value(self, sql: str) -> object:
        """Return the one value of a query that runs beside the proxy."""
        with self.database.connect() as connection:
            row = connection.execute(sql.encode()).fetchone()
        assert row is not None
        return row[0]

    def rows(self, table: str) -> int:
        """Return how many rows of a table are committed."""
        return int(str(self.value(f"SELECT count(*) FROM {table}")))

    def refusals(self) -> list[TupleRow]:
        """Return what the proxies wrote down: user, SQLSTATE, table, statement."""
        with self.database.connect() as connection:
            return connection.execute(
                "SELECT username, sqlstate, table_name, sql FROM pgtoll.refusal ORDER BY id"
            ).fetchall()

    def settle(self, proxy: Proxy | None = None) -> None:
        """Wait until a proxy's picture of the catalog has all that is there now.

        Until then what names a new table may do anything, so no cursor on it may outlive the check.
        """
        table = f"public.settled_{secrets.token_hex(4)}"
        self.run(f"CREATE TABLE {table} (); GRANT SELECT ON {table} TO PUBLIC")
        self.run("NOTIFY pgtoll, 'catalog'")  # where transactions can be prepared, no DDL does

        def known() -> bool:
            holds = f"DECLARE settled CURSOR WITH HOLD FOR SELECT FROM {table}"
            try:
                with (proxy or self.proxy).connect(self.bob) as asking:
                    asking.execute(holds.encode())
            except errors.InsufficientPrivilege:
                return False
            return True

        def up_to_date() -> bool:
            """Whether a check behind a statement is told of all DDL so far, if there is one.

            A mark that was taken while DDL was being committed holds no more when that is done.
            """
            session.execute("SELECT pg_backend_pid()")
            count = self.value("SELECT last_value FROM pgtoll.ddl_count")
            asked = "SELECT query FROM pg_stat_activity WHERE pid = %s AND query LIKE '%%steady(%%'"
            with self.database.connect() as beside:
                row = beside.execute(asked.encode(), [session.info.backend_pid]).fetchone()
            return row is None or f".steady({count},ARRAY[]" in str(row[0])

        assert eventually(known, within=SETTLE_SECONDS)
        with (proxy or self.proxy).connect(self.bob) as session:
            assert eventually(up_to_date, within=SETTLE_SECONDS)


def eventually(holds: Callable[[], bool], *, within: float = IN_FORCE_SECONDS) -> bool:
    """Return whether something came to hold within some seconds."""
    until = time.monotonic() + within
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


@contextmanager
def prepared(server: Postgres, directory: Path) -> Iterator[tuple[Licensing, Path]]:
    """Make a database with schema pgtoll, and a directory that trusts one new vendor's key."""
    database = new_store(server, f"proxied_{secrets.token_hex(4)}")
    try:
        vendor = Vendor.new()
        trust = directory / "trust"
        trust.mkdir()
        (trust / "vendor.pub").write_bytes(vendor.public)
        yield Licensing(database, vendor), trust
    finally:
        database.drop_database()


@contextmanager
def running_site(
    server: Postgres, directory: Path, *, licensed: bool, mode: str = "enforce"
) -> Iterator[Site]:
    """Run a proxy in front of a new database.

    Unless `licensed`, everything is in demo mode. If so, base is licensed for the server, and the
    add-on for Alice and not for Bob.
    """
    suffix = secrets.token_hex(4)
    alice, bob = (f"{name}_{suffix}" for name in ("alice", "bob"))
    try:
        with prepared(server, directory) as (licensing, trust):
            _let_in(licensing.database, alice, bob)
            if licensed:
                license_add_on(licensing, alice)
            with running_proxy(licensing.database, trust, mode=mode) as proxy:
                yield Site(licensing.database, licensing, trust, proxy, alice, bob)
    finally:
        server.execute(f"DROP ROLE IF EXISTS {alice}; DROP ROLE IF EXISTS {bob}")


def _let_in(database: Postgres, *users: str) -> None:
    for user in users:
        database.execute(
            f"CREATE ROLE {user} LOGIN; GRANT CREATE ON DATABASE {database.dbname} TO {user};"
            f"GRANT CREATE ON SCHEMA public TO {user}"
        )


def license_add_on(licensing: Licensing, *users: str) -> None:
    """License base for everybody, and the add-on for these users."""
    vendor = licensing.vendor
    licensing.upload(
        vendor.product(), vendor.license(BASE), vendor.license(MARKETING, seats=len(users))
    )
    licensing.grant(MARKETING, *users)


@dataclass(frozen=True)
class Person:
    """Somebody who uses the database through the proxy, or beside it to compare."""

    site: Site
    user: str
    lacking: bool = False  # some product
    schema: str = "play"  # what names without a schema mean

    def dsn(self, *, proxied: bool = True, **parameters: str | int) -> str:
        proxy = self.site.proxy
        options = {"options": f"-c search_path={self.schema}", **parameters}
        if not proxied:
            options |= {"host": self.site.database.host, "port": self.site.database.port}
        return proxy.dsn(self.user, **options)

    def connect(
        self, *, proxied: bool = True, autocommit: bool = True, **parameters: str | int
    ) -> Session:
        return psycopg.connect(self.dsn(proxied=proxied, **parameters), autocommit=autocommit)

    def clean(self, *tables: str) -> None:
        """Leave the person with a schema in which there is nothing but the result of some DDL."""
        self.site.run(
            f"DROP SCHEMA IF EXISTS {self.schema} CASCADE;"
            f"CREATE SCHEMA {self.schema} AUTHORIZATION {self.user}"
        )
        with self.connect(proxied=False) as session:
            for sql in tables:
                session.execute(sql.encode())
        self.site.settle()

    def leave(self) -> None:
        """Drop the schema; from then on no name elsewhere means a table of it as well."""
        self.site.run(f"DROP SCHEMA {self.schema} CASCADE")
        self.site.settle()
