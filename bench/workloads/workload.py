"""What a workload is: a way to keep a server busy, through whatever is in between.

A workload makes the same statements for every path, and any error that comes back ends the run: a
benchmark of refusals would say nothing. So what is inserted does not stay: where nothing is
licensed a table holds no more than its cap, and a table that grows would make each run slower than
the one before, on any path.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bench.pgbench import Address
from servers import Postgres

MOST_LATENCIES = 100_000  # that one run keeps


@dataclass(frozen=True, slots=True)
class Work:
    """What one run did."""

    units: int  # how many of the workload's unit
    seconds: float  # of wall clock, from when all clients were connected
    latencies: tuple[float, ...]  # ms of each transaction, or of some; () when not measured


class Workload(Protocol):
    """One way to load a server."""

    @property
    def name(self) -> str:
        """What it is called on a command line and in files: "select-prepared-8"."""

    @property
    def title(self) -> str:
        """What it is called in a table."""

    @property
    def unit(self) -> str:
        """What is counted: query, transaction, row, MB, connection or statement."""

    @property
    def clients(self) -> int:
        """How many are at work at the same time."""

    def fill(self, database: Postgres) -> None:
        """Put what it needs into a database, beside the proxy; again, it changes nothing."""

    def run(self, address: Address, seconds: float) -> Work:
        """Keep the server busy for so long; raise RuntimeError with the first thing that fails."""


def sample(latencies: Sequence[float], most: int = MOST_LATENCIES) -> tuple[float, ...]:
    """Return the latencies, or at most so many of them, taken at equal distances."""
    step = -(-len(latencies) // most) or 1
    return tuple(latencies[::step])
