"""The tables of docs/capacity.md, worked out from what `make bench` has measured.

Run as `python -m bench.capacity` to print them, with `--write` to put them into the page. The sums
are bench/model.py's.
"""

import argparse
import math
import sys
from pathlib import Path

from bench import figures
from bench.model import LATEST, Costs, Demand, Machine, capacity, proxies
from bench.results import BadResults, Results, read
from bench.table import markdown

PAGE = Path(__file__).parents[1] / "docs" / "capacity.md"
BEGIN, END = "<!-- python -m bench.capacity -->\n", "<!-- until here -->\n"

MACHINE = Machine(cores=8, memory_gb=16.0, busy=0.6, descriptors=65_536)
RATE = 0.5  # queries of one client in a second
PORTS = 28_232  # Linux: net.ipv4.ip_local_port_range is 32768 to 60999
WORKER_MB, LOOK_SECONDS, OWN = 150.0, 0.01, 5
POOLED = 5_000  # server connections that poolers leave

# What is asked, as a person would say it, by the workload that stands for it.
ASKED = {
    "select-prepared-8": "a prepared SELECT of one row",
    "select-simple-8": "the same as a simple query",
    "select-extended-8": "the same, parsed each time",
    "tpcb-8": "a transaction of pgbench's TPC-B",
    "orm": "a statement of an ORM",
    "reconnect-8": "a new connection and a query",
}


def tables(results: Results) -> str:
    """Return the part of the page that is worked out. Raises BadResults."""
    return f"\n{_cores(results)}\n\n{_fleets(_costs(results))}\n\n"


def _median(results: Results, workload: str, target: str) -> float | None:
    found = figures.spread(figures.series(results, workload, target, "CPU").values())
    return found.median if found else None


def _costs(results: Results) -> Costs:
    query = _median(results, "select-prepared-8", "licensed")
    client = figures.idle(results, "licensed")
    if query is None or client is None:
        raise BadResults("it has no prepared SELECT, or no idle clients")
    return Costs(_round(query), _round(client.median), WORKER_MB, LOOK_SECONDS, OWN)


def _cores(results: Results) -> str:
    rows = []
    for workload, words in ASKED.items():
        cells = [words]
        for target in ("licensed", "demo"):
            cost = _median(results, workload, target)
            if cost is None:
                cells += ["–", "–"]
            else:
                cells += [f"{_round(cost):,.0f}", f"{_round(MACHINE.busy * 1e6 / cost):,.0f}"]
        rows.append(cells)
    head = ["what is asked", "µs, lacks nothing", "in a second", "µs, demo mode", "in a second"]
    return markdown(head, rows)


def _fleets(costs: Costs) -> str:
    one = capacity(costs, MACHINE)
    rows = []
    for clients in (1_000, 10_000, 100_000, 1_000_000):
        demand = Demand(clients, RATE, 0)
        number = proxies(demand, one)
        rows.append(
            [
                f"{clients:,}",
                f"{clients * RATE:,.0f}",
                f"{number + 1}",
                f"{clients * costs.client_kb / 1e6:,.2f} GB",
                f"{math.ceil(clients / number / PORTS)}",
                f"{(number + 1) * MACHINE.workers * OWN}",
            ]
        )
    head = ["clients", "queries/s", "proxies", "their memory", "addresses", "own connections"]
    return markdown(head, rows)


def _round(value: float) -> float:
    """Return a figure with the two digits that it is good for."""
    return round(value, 1 - math.floor(math.log10(abs(value)))) if value else 0.0


def page(text: str, results: Results) -> str:
    """Return the page with the tables of these results."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{tables(results)}{END}{after}"


def main() -> int:
    """Print the tables, or put them into the page."""
    parser = argparse.ArgumentParser(prog="bench.capacity", description=__doc__)
    parser.add_argument("--write", action="store_true", help="put them into docs/capacity.md")
    options = parser.parse_args(sys.argv[1:])
    try:
        results = read(LATEST)
        if options.write:
            PAGE.write_text(page(PAGE.read_text(encoding="utf-8"), results), encoding="utf-8")
        else:
            print(tables(results).strip())
    except BadResults as exc:
        print(f"bench.capacity: {exc}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
