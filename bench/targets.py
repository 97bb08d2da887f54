"""What is measured: a direct connection, other proxies, and pgtoll with each kind of policy."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial

from bench import rivals
from bench.licenses import PGTOLL, Vendor, prepare
from bench.pgbench import Address
from bench.processes import program, wait_for
from bench.sites import Site, Target
from psycopg.conninfo import make_conninfo
from servers import Postgres, free_port


@contextmanager
def direct(site: Site) -> Iterator[Target]:
    """No proxy at all."""
    database = site.database("direct")
    address = Address(database.port, database.dbname)
    yield Target("direct", address, 0, site.directory / "direct.log")


@dataclass(frozen=True, slots=True)
class Standing:
    """What a proxy's vendor has licensed, and what the proxy makes of it."""

    base: bool  # the product that everything belongs to is licensed, so nobody is capped
    add_on: bool = False  # there is another product, and the benchmark's user lacks it
    mode: str = "enforce"
    workers: int = 0  # as many as the site says


@contextmanager
def pgtoll(site: Site, *, name: str, standing: Standing) -> Iterator[Target]:
    """A proxy in front of a database of its own, with a policy of its own."""
    site = replace(site, workers=standing.workers or site.workers)
    database, vendor = site.database(name), site.vendor(name)
    files = [vendor.base_license()] if standing.base else []
    prepare(database.dsn, vendor, files + (vendor.lacked_add_on() if standing.add_on else []))
    options = ["--server", database.dsn, "--mode", standing.mode]
    with _proxy(site, name, vendor, database, options) as target:
        yield target


@contextmanager
def quick(site: Site) -> Iterator[Target]:
    """A proxy in front of PgBouncer, which has servers ready: its rate is not PostgreSQL's."""
    database, vendor = site.database("quick"), site.vendor("quick")
    prepare(database.dsn, vendor, [vendor.base_license()])
    with rivals.pooler(site, database, "pool", encrypted=False) as pool:
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


@dataclass(frozen=True, slots=True)
class Way:
    """A target that can be started, and what tables say of it."""

    title: str
    start: Callable[[Site], AbstractContextManager[Target]]


def _ours(title: str, name: str, standing: Standing) -> Way:
    return Way(title, partial(pgtoll, name=name, standing=standing))


WAYS: dict[str, Way] = {
    "direct": Way("no proxy", direct),
    "haproxy": Way("HAProxy, TCP mode, one thread", rivals.haproxy),
    "pgbouncer": Way("PgBouncer, session pooling", rivals.pgbouncer),
    "pgpool": Way("Pgpool-II, a plain pool", rivals.pgpool),
    "licensed": _ours("pgtoll, nothing is lacked", "licensed", Standing(base=True)),
    "demo": _ours("pgtoll, nothing is licensed", "demo", Standing(base=False)),
    "observing": _ours(
        "pgtoll, an add-on is lacked, mode observe",
        "observing",
        Standing(base=True, add_on=True, mode="observe"),
    ),
    "judged": _ours("pgtoll, an add-on is lacked", "judged", Standing(base=True, add_on=True)),
    "licensed-2": _ours(
        "pgtoll, nothing is lacked, two workers", "licensed-2", Standing(base=True, workers=2)
    ),
    "pgbouncer-2": Way("two PgBouncers on one port", rivals.pgbouncer_twice),
    "quick": Way("pgtoll in front of a PgBouncer", quick),
}
PROXIES = ("licensed", "demo", "observing", "judged", "licensed-2")  # which are ours


@contextmanager
def started(site: Site, names: Sequence[str]) -> Iterator[list[Target]]:
    """Start the named targets, in order, and end them all however the context is left."""
    with ExitStack() as stack:
        yield [stack.enter_context(WAYS[name].start(site)) for name in names]
