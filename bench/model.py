"""What a fleet of proxies carries, worked out from what one was measured to cost.

Run as `python -m bench.model --clients 1000000 --rate 0.5`; `--help` lists what it goes by. What a
query and a waiting client cost is read from bench/results/latest.json (of `make bench`) where that
is there, and can be given. docs/capacity.md explains the sums.
"""

import argparse
import math
import sys
from dataclasses import dataclass
from pathlib import Path

from bench import figures
from bench.results import BadResults, read
from bench.table import columns

LATEST = Path(__file__).parent / "results" / "latest.json"
WORKLOAD, TARGET = "select-prepared-8", "licensed"


@dataclass(frozen=True, slots=True)
class Costs:
    """What one proxy was measured to cost."""

    query_us: float  # CPU of the proxy for a query
    client_kb: float  # memory for a client that waits
    worker_mb: float  # memory of a worker without clients
    look_seconds: float  # CPU of the database when one worker looks at the catalog after DDL
    own: int  # connections to the database that a worker has for itself


@dataclass(frozen=True, slots=True)
class Machine:
    """What one proxy may use."""

    cores: int
    memory_gb: float
    busy: float  # the share of its cores that may be busy on average
    descriptors: int  # of one process

    @property
    def workers(self) -> int:
        return self.cores


@dataclass(frozen=True, slots=True)
class Demand:
    """What is asked of all proxies together."""

    clients: int
    rate: float  # queries of one client in a second
    kept: int  # server connections that poolers in front leave; 0: one for each client


@dataclass(frozen=True, slots=True)
class Capacity:
    """What one proxy carries."""

    queries: float  # in a second
    by_memory: int  # clients
    by_descriptors: int  # clients

    @property
    def clients(self) -> int:
        return min(self.by_memory, self.by_descriptors)


def capacity(costs: Costs, machine: Machine) -> Capacity:
    """Return what one proxy carries."""
    left = machine.memory_gb * 1e6 - machine.workers * costs.worker_mb * 1e3  # kB
    return Capacity(
        machine.cores * machine.busy * 1e6 / costs.query_us,
        max(0, int(left / costs.client_kb)),
        machine.workers * (machine.descriptors - 300) // 2,
    )


def proxies(demand: Demand, one: Capacity) -> int:
    """Return how many proxies are needed, none of them to spare."""
    sessions = demand.kept or demand.clients
    by_queries = demand.clients * demand.rate / one.queries
    return max(1, math.ceil(max(by_queries, sessions / max(1, one.clients))))


def main() -> None:
    """Print what one proxy carries, and what the demand takes."""
    options = _options(sys.argv[1:])
    costs = Costs(
        options.query_us, options.client_kb, options.worker_mb, options.look_seconds, options.own
    )
    machine = Machine(options.cores, options.memory_gb, options.busy, options.descriptors)
    demand = Demand(options.clients, options.rate, options.kept)
    print(columns(["one proxy", ""], _one(costs, machine)))
    print("\n" + columns(["all of them", ""], _all(costs, machine, demand)))


def _one(costs: Costs, machine: Machine) -> list[list[str]]:
    carried = capacity(costs, machine)
    return [
        ["queries in a second", f"{carried.queries:,.0f}"],
        ["clients, by memory", f"{carried.by_memory:,}"],
        ["clients, by descriptors", f"{carried.by_descriptors:,}"],
        ["its own connections to the database", f"{machine.workers * costs.own:,}"],
    ]


def _all(costs: Costs, machine: Machine, demand: Demand) -> list[list[str]]:
    number = proxies(demand, capacity(costs, machine))
    workers = number * machine.workers
    return [
        ["clients", f"{demand.clients:,}"],
        ["queries in a second", f"{demand.clients * demand.rate:,.0f}"],
        ["proxies, and one to spare", f"{number + 1:,}"],
        ["sessions at the database", f"{demand.kept or demand.clients:,}"],
        ["connections of the proxies' own", f"{(workers + machine.workers) * costs.own:,}"],
        ["CPU seconds of the database for one DDL", f"{workers * costs.look_seconds:,.1f}"],
    ]


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.model", description=__doc__)
    query_us, client_kb = _measured()
    number = parser.add_argument
    number("--query-us", type=float, default=query_us, help="CPU us of a proxy for a query")
    number("--client-kb", type=float, default=client_kb, help="memory for a client that waits")
    number("--worker-mb", type=float, default=150.0, help="of a worker: 90 for small catalogs")
    number(
        "--look-seconds", type=float, default=0.01, help="of the database: 0.5 at 100,000 tables"
    )
    number("--own", type=int, default=5, help="connections that a worker has for itself")
    number("--cores", type=int, default=8, help="of one proxy, and as many workers")
    number("--memory-gb", type=float, default=16.0, help="of one proxy")
    number("--busy", type=float, default=0.6, help="the share of its cores that may be busy")
    number("--descriptors", type=int, default=65_536, help="of one process")
    number("--clients", type=int, default=1_000_000)
    number("--rate", type=float, default=0.5, help="queries of one client in a second")
    number("--kept", type=int, default=0, help="server connections behind poolers; 0: one a client")
    return parser.parse_args(arguments)


def _measured() -> tuple[float, float]:
    """Return what `make bench` has found, else what it was once."""
    try:
        results = read(LATEST)
    except BadResults:
        return 50.0, 20.0
    cost = figures.spread(figures.series(results, WORKLOAD, TARGET, "CPU").values())
    memory = figures.idle(results, TARGET)
    return cost.median if cost else 50.0, memory.median if memory else 20.0


if __name__ == "__main__":
    main()
