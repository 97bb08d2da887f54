"""pgbench, run against one address, and what it reports."""

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

USER = "app"  # the role that every client of the benchmark logs in as


@dataclass(frozen=True, slots=True)
class Address:
    """Where clients connect to."""

    port: int
    dbname: str
    encrypted: bool = False


@dataclass(frozen=True, slots=True)
class Load:
    """What one run of pgbench did."""

    transactions: int
    tps: float
    latency_ms: float


class Pgbench:
    """The pgbench program of one PostgreSQL installation."""

    def __init__(self, binaries: Path) -> None:
        self._program = str(binaries / "pgbench")

    def initialise(self, address: Address, *, scale: int) -> None:
        """Create pgbench's own tables."""
        self.call(address, ["-i", "-q", "-s", str(scale)])

    def run(
        self,
        address: Address,
        *,
        mode: str,
        clients: int,
        seconds: int,
        script: Path | None = None,
        log: Path | None = None,
    ) -> Load:
        """Run the built-in SELECT-only script, or another, and return what it achieved.

        With `log`, each transaction's time is written to files whose names begin with that.
        """
        what = ["-S"] if script is None else ["-f", str(script)]
        what += [] if log is None else ["--log", f"--log-prefix={log}"]
        threads = min(clients, 2)
        options = ["-n", "-M", mode, "-c", str(clients), "-j", str(threads), "-T", str(seconds)]
        return parse_report(self.call(address, [*options, *what]))

    def call(self, address: Address, options: list[str]) -> str:
        """Run the program with these options and return its report; raise when it fails."""
        where = ["-h", "127.0.0.1", "-p", str(address.port), "-U", USER, address.dbname]
        sslmode = "require" if address.encrypted else "disable"
        environment = {**os.environ, "PGSSLMODE": sslmode, "PGGSSENCMODE": "disable"}
        run = subprocess.run(
            [self._program, *options, *where],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if run.returncode != 0:
            raise RuntimeError(f"pgbench on port {address.port} failed: {run.stderr}")
        return run.stdout


def parse_report(report: str) -> Load:
    """Read the three numbers we want out of pgbench's closing report."""
    return Load(
        transactions=int(_number(r"number of transactions actually processed: (\d+)", report)),
        tps=_number(r"tps = ([\d.]+) \(without initial connection time\)", report),
        latency_ms=_number(r"latency average = ([\d.]+) ms", report),
    )


def _number(pattern: str, report: str) -> float:
    found = re.search(pattern, report)
    if found is None:
        raise ValueError(f"pgbench's report has no line like {pattern!r}: {report}")
    return float(found[1])
