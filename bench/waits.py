"""Whether anybody is ever forgotten: the longest that a byte stays in what is between two programs.

Run as `make bench-waits`, or `PYTHONPATH=.:tests python -m bench.waits --seconds 60`. Clients send
thousands of short bursts with random pauses, in pieces, in large texts, reading slowly
(bench/bursts.py), through HAProxy and through pgtoll with one and with two workers, by turns, to a
STAND-IN for PostgreSQL that answers at once (bench/stand_in.py). A reply that does not come within
30 seconds ends the run with exit status 1. A wake-up that is lost until something else happens
shows as a wait as long as the clients' pauses, some 20 ms, where HAProxy has none; what the machine
itself does to everybody shows on all paths, and is told beside.
"""

import argparse
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace

from bench.bursts import KEPT, Forgotten, Waits, hammer
from bench.crowd import proxied, stand_in
from bench.licenses import prepare
from bench.rivals import haproxied
from bench.sites import end_on_signal, nothing, temporary_site
from bench.surroundings import busy, machine
from bench.table import columns
from bench.unrest import Unrest, moment
from psycopg.conninfo import conninfo_to_dict
from servers import Postgres

WORKERS = (1, 2)


@dataclass(frozen=True, slots=True)
class Path:
    """One way to the stand-in."""

    name: str
    port: int
    pid: int
    runs: list[tuple[Waits, Unrest]] = field(default_factory=list)

    def measure(self, dbname: str, clients: int, seconds: float, seed: int) -> None:
        """Run clients through it once. Raises Forgotten."""
        before = moment([self.pid])
        waits = hammer(self.port, dbname, clients, seconds, seed)
        self.runs.append((waits, moment([self.pid]).since(before)))


def main() -> int:
    """Measure, print the table; return the exit status."""
    options = _options(sys.argv[1:])
    end_on_signal()
    print("\n".join(filter(None, (machine(), busy()))), file=sys.stderr, flush=True)
    with paths() as (found, dbname):
        try:
            for number in range(options.rounds):
                for path in found[number % len(found) :] + found[: number % len(found)]:
                    path.measure(dbname, options.clients, options.seconds, number)
        except Forgotten as exc:
            print(f"bench: {path.name}: {exc}", file=sys.stderr)
            return 1
        finally:
            rows = [_row(path) for path in found if path.runs]
            if rows:
                print("\n" + columns(list(rows[0]), [list(row.values()) for row in rows]))
    return 0


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.waits", description=__doc__)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=10.0, help="of each run")
    parser.add_argument("--rounds", type=int, default=6)
    return parser.parse_args(arguments)


@contextmanager
def paths() -> Iterator[tuple[list[Path], str]]:
    """Start everything; yield the paths, and the database's name."""
    with ExitStack() as kept:
        site, _ = kept.enter_context(temporary_site(1, nothing))
        database, vendor = site.database("crowd"), site.vendor("crowd")
        prepare(database.dsn, vendor, [vendor.base_license()])
        server = kept.enter_context(stand_in(database))
        relay = kept.enter_context(haproxied(site, _behind(database, server)))
        found = [Path("haproxy", relay.address.port, relay.pid)]
        for workers in WORKERS:
            ours = kept.enter_context(proxied(site, server, database.dsn, vendor, workers))
            found.append(Path(f"pgtoll, workers: {workers}", ours.port, ours.pid))
        yield found, database.dbname


def _behind(database: Postgres, server: str) -> Postgres:
    return replace(database, port=int(str(conninfo_to_dict(server)["port"])))


def _row(path: Path) -> dict[str, str]:
    """Sum up all runs of a path."""
    waits = [one for one, _ in path.runs]
    unrest = [one for _, one in path.runs]
    there = sum(one.there for one in unrest)
    replies = sum(one.replies for one in waits)
    return {
        "path": path.name,
        "bursts": str(sum(one.bursts for one in waits)),
        "replies": str(replies),
        "mean, ms": f"{sum(one.total for one in waits) / replies / 2 * 1e3:.3f}",
        f"{KEPT}th longest there": _ms(sorted(w for one in waits for w in one.there)[-KEPT:][:1]),
        f"{KEPT}th longest back": _ms(sorted(w for one in waits for w in one.back)[-KEPT:][:1]),
        "longest there": _ms([one.there[-1] for one in waits]),
        "longest back": _ms([one.back[-1] for one in waits]),
        "in runs": "/".join(f"{one.longest * 1e3:.1f}" for one in waits),
        "stolen": f"{sum(one.stolen for one in unrest) / there:.1%}",
        "others'": f"{sum(one.others for one in unrest) / there:.1%}",
    }


def _ms(seconds: list[float]) -> str:
    return f"{max(seconds, default=0.0) * 1e3:.2f}"


if __name__ == "__main__":
    sys.exit(main())
