"""pgbench's own transactions: one SELECT by key, TPC-B-like, a connection for each.

TPC-B is pgbench's own script; only the table of its history keeps nothing, see keeping.py.
"""

import re
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import servers
from bench.pgbench import Address, Pgbench
from bench.workloads.keeping import exists, keep_nothing
from bench.workloads.pgbench_log import logged
from bench.workloads.workload import Work, sample
from servers import Postgres

THREADS = 2  # of pgbench
BRIEF = 100  # transactions of each client in the second that a short run has a part of

_DONE = re.compile(r"number of transactions actually processed: (\d+)")
_RATE = re.compile(r"tps = ([\d.]+) \((?:without initial connection|including reconnection) time")


@dataclass(frozen=True, slots=True)
class PgbenchLoad:
    """One script of pgbench, in one mode, with so many clients."""

    name: str
    title: str
    unit: str
    clients: int
    scale: int  # of pgbench's tables: so many times 100,000 accounts
    script: str = "select-only"  # one of those that pgbench has
    mode: str = "simple"
    reconnecting: bool = False  # for each transaction

    def fill(self, database: Postgres) -> None:
        fill_accounts(database, self.scale)

    def run(self, address: Address, seconds: float) -> Work:
        with tempfile.TemporaryDirectory() as directory:
            logging = ["--log", f"--log-prefix={directory}/log"]
            report = _pgbench().call(address, [*self.options(seconds), *logging])
            times = list(logged(Path(directory), reconnecting=self.reconnecting))
        return read_report(report, times)

    def options(self, seconds: float) -> list[str]:
        """pgbench's options. It knows whole seconds only: less is a number of transactions."""
        until = ["-t", str(max(1, int(BRIEF * seconds)))]
        if seconds >= 1:
            until = ["-T", str(round(seconds))]
        # Connecting blocks a thread, so who reconnects has one for each client.
        threads = self.clients if self.reconnecting else min(self.clients, THREADS)
        options = ["-n", "-b", self.script, "-M", self.mode, "-c", str(self.clients)]
        options += ["-j", str(threads), *until]
        return [*options, "-C"] if self.reconnecting else options


def read_report(report: str, times: list[float]) -> Work:
    """Return what pgbench's closing report says was done, with the times it has logged."""
    done, rate = _DONE.search(report), _RATE.search(report)
    if done is None or rate is None or float(rate[1]) == 0:
        raise RuntimeError(f"pgbench did nothing: {report}")
    return Work(int(done[1]), int(done[1]) / float(rate[1]), sample(times))


def fill_accounts(database: Postgres, scale: int) -> None:
    """Create pgbench's tables, unless they are there."""
    if not exists(database, "pgbench_accounts"):
        _pgbench().initialise(Address(database.port, database.dbname), scale=scale)
        keep_nothing(database, "pgbench_history")


@cache
def _pgbench() -> Pgbench:
    binaries = servers.system_binaries(15) or servers.embedded_binaries()
    if binaries is None:
        raise RuntimeError("there is no pgbench here: install Debian's postgresql-15")
    return Pgbench(binaries)
