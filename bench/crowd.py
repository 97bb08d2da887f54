"""What 10,000 clients cost that are connected and wait, and what more workers are good for.

Run as `make bench-crowd`, or `PYTHONPATH=.:tests python -m bench.crowd --clients 10000`. First,
with one, two and four workers, all clients log in through one proxy, ask one thing and stay: how
long that takes, the memory of all workers for each client, and how evenly they are spread.
PostgreSQL would need a process for each: behind the proxy is a STAND-IN for it, which is not
measured (bench/stand_in.py). Then, on the real server, pgbench's SELECTs by turns with as many
workers: what they do in a second, and what that costs.

A client needs two descriptors in its worker: `ulimit -n` limits how many one worker can have.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.licenses import PGTOLL, Vendor, prepare
from bench.pgbench import Address, Pgbench
from bench.processes import cpu_seconds, family, program, resident_kilobytes, wait_for
from bench.sites import Site, end_on_signal, fill_with_pgbench, temporary_site
from bench.surroundings import machine
from bench.table import columns
from psycopg.conninfo import make_conninfo
from raw_client import RawClient
from servers import Postgres, free_port

from pgtoll.wire.messages import query

SETTLE_SECONDS = 2.0
SPARE = 300  # descriptors that a worker needs for other things
PGBENCH_CLIENTS = 16


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy of ours with some workers."""

    port: int
    pid: int
    workers: int

    def connections(self) -> list[int]:
        """How many sockets each worker has."""
        return sorted(filter(None, map(_sockets, family(self.pid))))[-self.workers :]


def main() -> None:
    """Measure and print both tables."""
    options = _options(sys.argv[1:])
    end_on_signal()
    print(machine(), file=sys.stderr, flush=True)
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with ExitStack() as kept:
        site, pgbench = kept.enter_context(temporary_site(1, fill_with_pgbench(1)))
        database, vendor = site.database("crowd"), site.vendor("crowd")
        prepare(database.dsn, vendor, [vendor.base_license()])
        crowds = [
            _crowd(site, database, vendor, workers, min(options.clients, _most(workers, hard)))
            for workers in options.workers
        ]
        if not options.json:
            _print(crowds)
        loads = _loads(site, database, vendor, pgbench, options)
    if options.json:
        print(json.dumps({"machine": machine(), "crowds": crowds, "loads": loads}, indent=1))
        return
    _print(loads)


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.crowd", description=__doc__)
    parser.add_argument("--clients", type=int, default=10_000)
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 2, 4])
    parser.add_argument("--seconds", type=int, default=5, help="of each run of pgbench")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="print figures for programs")
    return parser.parse_args(arguments)


def _most(workers: int, descriptors: int) -> int:
    """How many clients fit, if they are not spread quite evenly."""
    return int((descriptors - SPARE) / 2 * workers * (1.0 if workers == 1 else 0.9))


@contextmanager
def proxied(site: Site, server: str, store: str, vendor: Vendor, workers: int) -> Iterator[Proxy]:
    port, log = free_port(), site.directory / f"crowd-{workers}-{time.monotonic_ns()}.log"
    command = [PGTOLL, "serve", "--listen", f"127.0.0.1:{port}", "--server", server]
    command += ["--store", store, "--trust", str(vendor.trust), "--workers", str(workers)]
    with program(command, log) as process:
        wait_for("listening on", process, log)
        yield Proxy(port, process.pid, workers)


# Being there


@contextmanager
def stand_in(database: Postgres) -> Iterator[str]:
    """Run the stand-in while the context lasts; return its connection string."""
    command = [sys.executable, "-m", "bench.stand_in", str(database.port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None  # noqa: S101
            port = process.stdout.readline().split()[1]
            yield make_conninfo(database.dsn, port=port, sslmode="disable", gssencmode="disable")
        finally:
            process.terminate()


def _crowd(
    site: Site, database: Postgres, vendor: Vendor, workers: int, clients: int
) -> dict[str, str]:
    with (
        stand_in(database) as server,
        proxied(site, server, database.dsn, vendor, workers) as proxy,
        ExitStack() as stack,
    ):
        time.sleep(SETTLE_SECONDS)
        before, own = resident_kilobytes(proxy.pid), proxy.connections()
        began = time.monotonic()
        for _ in range(clients):
            client = stack.enter_context(RawClient(proxy.port))
            client.start("crowd", database.dbname)
            client.send(query(b"SELECT 1"))
            client.replies()
        taken = time.monotonic() - began
        time.sleep(SETTLE_SECONDS)
        grown = resident_kilobytes(proxy.pid) - before
        spread = [(after - had) // 2 for after, had in zip(proxy.connections(), own, strict=True)]
    return {
        "workers": str(workers),
        "clients": str(clients),
        "kB each": f"{grown / clients:.1f}",
        "MB before": f"{before / 1e3:.0f}",
        "log-ins per second": f"{clients / taken:.0f}",
        "clients of a worker": f"{min(spread)} to {max(spread)}",
    }


def _sockets(pid: int) -> int:
    found = 0
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        try:
            found += os.readlink(entry).startswith("socket:")
        except OSError:  # closed meanwhile
            continue
    return found


# At work


def _loads(
    site: Site, database: Postgres, vendor: Vendor, pgbench: Pgbench, options: argparse.Namespace
) -> list[dict[str, str]]:
    """Run pgbench through proxies with more and more workers, by turns."""
    with ExitStack() as kept:
        proxies = [
            kept.enter_context(proxied(site, database.dsn, database.dsn, vendor, workers))
            for workers in options.workers
        ]
        rounds = [
            [_load(proxy, pgbench, database.dbname, options.seconds) for proxy in proxies]
            for _ in range(options.rounds)
        ]
    found = []
    for at, proxy in enumerate(proxies):
        speeds, costs = zip(*(each[at] for each in rounds), strict=True)
        first = median(each[at][0] / each[0][0] for each in rounds)
        found.append(
            {
                "workers": str(proxy.workers),
                "queries per second": f"{median(speeds):.0f}",
                "of one worker's": f"{first:.2f}",
                "proxy's CPU us each": f"{median(costs):.1f}",
            }
        )
    return found


def _load(proxy: Proxy, pgbench: Pgbench, dbname: str, seconds: int) -> tuple[float, float]:
    before = cpu_seconds(proxy.pid)
    load = pgbench.run(
        Address(proxy.port, dbname), mode="prepared", clients=PGBENCH_CLIENTS, seconds=seconds
    )
    return load.tps, (cpu_seconds(proxy.pid) - before) / load.transactions * 1e6


def _print(rows: list[dict[str, str]]) -> None:
    print("\n" + columns(list(rows[0]), [list(row.values()) for row in rows]), flush=True)


if __name__ == "__main__":
    main()
