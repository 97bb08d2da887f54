"""What is measured: a direct connection, PgBouncer, and pgtoll with each kind of policy."""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench.licenses import PGTOLL, Vendor, prepare
from bench.pgbench import USER, Address
from bench.processes import account, program, wait_for
from certificates import Authority, Pair
from psycopg.conninfo import make_conninfo
from servers import Postgres, free_port

COUNTERS = re.compile(r"statements judged=(\d+) facts hits exact=(\d+) shape=(\d+) misses=(\d+)")


@dataclass(frozen=True, slots=True)
class Target:
    """One way to the server; `pid` is the program in between, 0 when there is none."""

    name: str
    address: Address
    pid: int
    log: Path


@dataclass(frozen=True, slots=True)
class Site:
    """Where targets are built: the server, the vendor (made when first needed), a directory."""

    server: Postgres
    directory: Path
    workers: int
    fill: Callable[[Postgres], None]  # puts the benchmark's tables into a new database
    encrypted: bool = False  # clients use TLS with whatever is in between

    def certificate(self, owner: str | None = None) -> Pair:
        """Make a certificate for a proxy; the key is for whoever runs it."""
        name = owner or "ours"
        pair = Authority.new(self.directory).issue("localhost", "127.0.0.1", file=name)
        if owner is not None:
            shutil.chown(pair.key, owner)
        return pair

    def database(self, name: str) -> Postgres:
        """Create one target's database, owned by the benchmark's user, and fill it."""
        database = self.server.new_database(name)
        database.execute(f"ALTER DATABASE {name} OWNER TO {USER}")
        self.fill(database)
        return database

    def vendor(self, name: str) -> Vendor:
        """Make a vendor of its own for one target."""
        directory = self.directory / name
        directory.mkdir()
        return Vendor(directory)


@contextmanager
def direct(site: Site) -> Iterator[Target]:
    """No proxy at all."""
    database = site.database("direct")
    yield Target("direct", Address(database.port, "direct"), 0, site.directory / "direct.log")


@contextmanager
def pgbouncer(site: Site) -> Iterator[Target]:
    """Debian's PgBouncer with session pooling: the yardstick for what a proxy may cost."""
    with _pooler(site, site.database("pooled"), "pgbouncer", encrypted=site.encrypted) as target:
        yield target


@contextmanager
def _pooler(site: Site, database: Postgres, name: str, *, encrypted: bool) -> Iterator[Target]:
    """Run PgBouncer in front of a database."""
    port, log = free_port(), site.directory / f"{name}.log"
    users, config = site.directory / "users.txt", site.directory / f"{name}.ini"
    users.write_text("".join(f'"{user}" ""\n' for user in (USER, database.user)))
    text = _pgbouncer_config(database, port, users)
    if encrypted:
        pair = site.certificate(account())
        text += "client_tls_sslmode = require\n"
        text += f"client_tls_cert_file = {pair.certificate}\nclient_tls_key_file = {pair.key}\n"
    config.write_text(text)
    path = shutil.which("pgbouncer") or "/usr/sbin/pgbouncer"
    with program([path, str(config)], log, account=account()) as process:
        wait_for("process up", process, log)
        yield Target(name, Address(port, database.dbname, encrypted), process.pid, log)


def _pgbouncer_config(database: Postgres, port: int, users: Path) -> str:
    return (
        "[databases]\n"
        f"{database.dbname} = host={database.host} port={database.port}\n"
        "[pgbouncer]\n"
        f"listen_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n"
        f"auth_type = trust\nauth_file = {users}\npool_mode = session\ndefault_pool_size = 40\n"
        "ignore_startup_parameters = extra_float_digits\nlog_connections = 0\n"
        "log_disconnections = 0\nlog_stats = 0\n"
    )


@contextmanager
def pgtoll(site: Site, *, name: str, base: bool, add_on: bool) -> Iterator[Target]:
    """A proxy in front of a database of its own, with a policy of its own."""
    database, vendor = site.database(name), site.vendor(name)
    files = [vendor.base_license()] if base else []
    prepare(database.dsn, vendor, files + (vendor.lacked_add_on() if add_on else []))
    with _proxy(site, name, vendor, database, ["--server", database.dsn]) as target:
        yield target


@contextmanager
def quick(site: Site) -> Iterator[Target]:
    """A proxy in front of PgBouncer, which has servers ready: its rate is not PostgreSQL's."""
    database, vendor = site.database("quick"), site.vendor("quick")
    prepare(database.dsn, vendor, [vendor.base_license()])
    with _pooler(site, database, "pool", encrypted=False) as pool:
        server = make_conninfo(database.dsn, port=pool.address.port)
        options = ["--server", server, "--store", database.dsn]
        with _proxy(site, "quick", vendor, database, options) as target:
            yield target


@contextmanager
def _proxy(
    site: Site, name: str, vendor: Vendor, database: Postgres, options: list[str]
) -> Iterator[Target]:
    """Run pgtoll with a vendor's licenses; `options` say which server it is for."""
    port, log = free_port(), site.directory / f"{name}.log"
    command = [PGTOLL, "serve", "--listen", f"127.0.0.1:{port}", *options]
    command += ["--trust", str(vendor.trust), "--workers", str(site.workers)]
    if site.encrypted:
        pair = site.certificate()
        command += ["--tls", "require", "--tls-cert", str(pair.certificate)]
        command += ["--tls-key", str(pair.key)]
    with program(command, log) as process:
        wait_for("listening on", process, log)
        address = Address(port, database.dbname, site.encrypted)
        yield Target(name, address, process.pid, log)


TARGETS: dict[str, Callable[[Site], AbstractContextManager[Target]]] = {
    "direct": direct,
    "pgbouncer": pgbouncer,
    "licensed": partial(pgtoll, name="licensed", base=True, add_on=False),
    "judged": partial(pgtoll, name="judged", base=True, add_on=True),
    "quick": quick,
    "demo": partial(pgtoll, name="demo", base=False, add_on=False),
}


@contextmanager
def started(site: Site, names: list[str]) -> Iterator[list[Target]]:
    """Start the named targets, in order, and end them all however the context is left."""
    with ExitStack() as stack:
        yield [stack.enter_context(TARGETS[name](site)) for name in names]


def fact_cache(log: Path) -> str:
    """Return what a proxy said of its cache when it ended, as one clause."""
    lines = COUNTERS.findall(log.read_text(errors="replace"))
    if not lines:
        return "nothing reported"
    judged, exact, shape, misses = (sum(map(int, column)) for column in zip(*lines, strict=True))
    asked = max(1, exact + shape + misses)
    return (
        f"{judged} statements judged; facts found by text {exact / asked:.2%}, "
        f"by shape {shape / asked:.2%}, read anew {misses / asked:.4%} ({misses})"
    )
