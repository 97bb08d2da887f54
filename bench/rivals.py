"""The other programs on the way, HAProxy, PgBouncer and Pgpool-II, as favourably set as we know.

None of them logs or writes statistics, all listen on the loopback address and reach the server over
TCP as pgtoll does, and each may have as many clients and servers as the benchmark has clients.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench.pgbench import USER, Address
from bench.processes import account, program, wait_for
from bench.sites import Site, Target
from servers import Postgres, free_port

SPARE = 20  # connections that a rival may have beyond the benchmark's clients


@contextmanager
def haproxy(site: Site) -> Iterator[Target]:
    """Debian's HAProxy in TCP mode, one thread: it moves bytes and reads none of them."""
    with haproxied(site, site.database("haproxy")) as target:
        yield target


@contextmanager
def haproxied(site: Site, database: Postgres) -> Iterator[Target]:
    """Run HAProxy in front of a database."""
    port = free_port()
    log, config = site.directory / "haproxy.log", site.directory / "haproxy.cfg"
    config.write_text(
        f"global\n  nbthread 1\n  maxconn {site.clients + SPARE}\n"
        "defaults\n  mode tcp\n  timeout connect 10s\n  timeout client 1h\n  timeout server 1h\n"
        f"listen postgres\n  bind 127.0.0.1:{port}\n  server one {database.host}:{database.port}\n"
    )
    command = [_path("haproxy"), "-db", "-f", str(config)]
    with program(command, log) as process:
        # It says nothing when it is ready, so that it has to be asked.
        wait_for(port, process, log)
        yield Target("haproxy", Address(port, database.dbname), process.pid, log)


@contextmanager
def pgbouncer(site: Site) -> Iterator[Target]:
    """Debian's PgBouncer with session pooling: the yardstick for what a proxy may cost."""
    with pooler(site, site.database("pooled"), "pgbouncer", encrypted=site.encrypted) as target:
        yield target


@contextmanager
def pgbouncer_twice(site: Site) -> Iterator[Target]:
    """Two PgBouncers on one port, which is how PgBouncer uses two cores."""
    database, port = site.database("pooled_twice"), free_port()
    with ExitStack() as stack:
        first, second = (
            stack.enter_context(_pooler(site, database, name, port, "so_reuseport = 1\n"))
            for name in ("pgbouncer-2a", "pgbouncer-2b")
        )
        address = Address(port, database.dbname)
        yield Target("pgbouncer-2", address, first.pid, first.log, more=second.pids)


@contextmanager
def pooler(site: Site, database: Postgres, name: str, *, encrypted: bool) -> Iterator[Target]:
    """Run PgBouncer in front of a database."""
    more = ""
    if encrypted:
        pair = site.certificate(account())
        more += "client_tls_sslmode = require\n"
        more += f"client_tls_cert_file = {pair.certificate}\nclient_tls_key_file = {pair.key}\n"
    with _pooler(site, database, name, free_port(), more, encrypted=encrypted) as target:
        yield target


@contextmanager
def _pooler(
    site: Site, database: Postgres, name: str, port: int, more: str, *, encrypted: bool = False
) -> Iterator[Target]:
    log, config = site.directory / f"{name}.log", site.directory / f"{name}.ini"
    users = site.directory / "users.txt"
    users.write_text("".join(f'"{user}" ""\n' for user in (USER, database.user)))
    config.write_text(_pgbouncer_config(site, database, port, users) + more)
    with program([_path("pgbouncer"), str(config)], log, account=account()) as process:
        wait_for("process up", process, log)
        yield Target(name, Address(port, database.dbname, encrypted), process.pid, log)


def _pgbouncer_config(site: Site, database: Postgres, port: int, users: Path) -> str:
    connections = site.clients + SPARE
    return (
        "[databases]\n"
        f"{database.dbname} = host={database.host} port={database.port}\n"
        "[pgbouncer]\n"
        f"listen_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n"
        f"auth_type = trust\nauth_file = {users}\npool_mode = session\n"
        f"default_pool_size = {connections}\nmax_client_conn = {connections}\n"
        "ignore_startup_parameters = extra_float_digits\nlog_connections = 0\n"
        "log_disconnections = 0\nlog_stats = 0\n"
    )


@contextmanager
def pgpool(site: Site) -> Iterator[Target]:
    """Debian's Pgpool-II as a plain pool: a process for each client, which parses what it reads."""
    database, port = site.database("pgpool"), free_port()
    directory = site.directory / "pgpool"
    directory.mkdir()
    log, config = site.directory / "pgpool.log", directory / "pgpool.conf"
    config.write_text(_pgpool_config(site, database, port, directory))
    for name in ("pcp.conf", "pool_hba.conf", "pool_passwd"):
        (directory / name).touch()
    if (owner := account()) is not None:
        for path in (directory, *directory.iterdir()):
            shutil.chown(path, owner)
    files = ["-f", str(config), "-F", str(directory / "pcp.conf")]
    files += ["-a", str(directory / "pool_hba.conf")]
    with program([_path("pgpool"), "-n", *files], log, account=owner) as process:
        wait_for(port, process, log)
        yield Target("pgpool", Address(port, database.dbname), process.pid, log)


def _pgpool_config(site: Site, database: Postgres, port: int, directory: Path) -> str:
    return f"""\
backend_clustering_mode = 'streaming_replication'
backend_hostname0 = '{database.host}'
backend_port0 = {database.port}
listen_addresses = '127.0.0.1'
port = {port}
socket_dir = '{directory}'
pcp_listen_addresses = ''
pcp_port = {free_port()}
pcp_socket_dir = '{directory}'
wd_ipc_socket_dir = '{directory}'
pid_file_name = '{directory}/pgpool.pid'
logdir = '{directory}'
pool_passwd = ''
num_init_children = {site.clients + SPARE}
max_pool = 1
child_life_time = 0
connection_cache = on
load_balance_mode = off
memory_cache_enabled = off
check_temp_table = none
check_unlogged_table = off
log_min_messages = error
health_check_period = 0
sr_check_period = 0
failover_on_backend_error = off
use_watchdog = off
"""


def _path(name: str) -> str:
    """Return where a program is. Debian keeps servers where only root looks by default."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if found is None:
        raise RuntimeError(f"{name} is not installed: see scripts/debian-bench")
    return found
