"""What a query costs on its way: `pgbench -S`, direct, through PgBouncer and through pgtoll.

Every round runs every mode against every target in turn, so that a busy moment of the machine hits
them all. Only ratios within a round mean much; the table gives their medians and minima.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from statistics import median

from bench.pgbench import Load, Pgbench
from bench.processes import cpu_seconds
from bench.sites import end_on_signal, fill_with_pgbench, machine, temporary_site
from bench.table import columns
from bench.targets import TARGETS, Target, fact_cache, started

MODES = ["simple", "extended", "prepared"]
HEADINGS = ["mode", "target", "CPU µs/query", "min", "x PgBouncer", "min", "queries/s", "x direct"]
PROXIES = ["licensed", "judged", "demo"]
LEGEND = """\
CPU: the process in between with all its children, per query; x PgBouncer: ratio within a round.
licensed: the user lacks nothing; judged: an add-on is lacked, so every statement is judged;
demo: nothing is licensed, so what may insert is capped. Medians and minima over the rounds."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One run of pgbench against one target."""

    load: Load
    cpu: float  # seconds used by the program in between

    @property
    def micros(self) -> float:
        """The program's CPU time for one query, in microseconds."""
        return self.cpu / max(1, self.load.transactions) * 1e6


Round = dict[tuple[str, str], Sample]  # (mode, target's name) -> what it did


def main() -> None:
    """Measure, print the table, then what the proxies' caches did."""
    options = _options(sys.argv[1:])
    end_on_signal()
    print(f"{machine()}; {options.clients} clients, {options.seconds} s a run", flush=True)
    filled = temporary_site(options.workers, fill_with_pgbench(options.scale))
    with filled as (plain, pgbench):
        site = replace(plain, encrypted=options.tls)
        with started(site, options.targets) as targets:
            rounds = list(_rounds(pgbench, targets, options))
        print("\n" + columns(HEADINGS, _rows(rounds, options)) + "\n" + LEGEND)
        for target in targets:
            if target.name in PROXIES:  # it has ended, and said so
                print(f"{target.name}: {fact_cache(target.log)}")


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench/run", description=__doc__)
    parser.add_argument("--seconds", type=int, default=5, help="of each run")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--scale", type=int, default=5, help="of pgbench's tables")
    parser.add_argument("--workers", type=int, default=1, help="of each pgtoll proxy")
    parser.add_argument("--tls", action="store_true", help="between clients and proxies")
    parser.add_argument("--modes", type=_some_of(MODES), default=MODES, metavar=",".join(MODES))
    parser.add_argument(
        "--targets", type=_some_of([*TARGETS]), default=[*TARGETS], metavar=",".join(TARGETS)
    )
    return parser.parse_args(arguments)


def _some_of(known: list[str]) -> Callable[[str], list[str]]:
    """Return an option's type: some of the known words, with commas between them."""

    def words(text: str) -> list[str]:
        if unknown := [word for word in text.split(",") if word not in known]:
            raise argparse.ArgumentTypeError(f"not known: {', '.join(unknown)}")
        return text.split(",")

    return words


def _rounds(
    pgbench: Pgbench, targets: list[Target], options: argparse.Namespace
) -> Iterator[Round]:
    for target in targets:  # the first second is nobody's typical one
        for mode in options.modes:
            pgbench.run(target.address, mode=mode, clients=options.clients, seconds=1)
    for number in range(options.rounds):
        print(f"round {number + 1} of {options.rounds}", flush=True)
        yield {
            (mode, target.name): _sample(pgbench, target, mode, options)
            for mode in options.modes
            for target in targets
        }


def _sample(pgbench: Pgbench, target: Target, mode: str, options: argparse.Namespace) -> Sample:
    before = cpu_seconds(target.pid) if target.pid else 0.0
    load = pgbench.run(target.address, mode=mode, clients=options.clients, seconds=options.seconds)
    return Sample(load, (cpu_seconds(target.pid) if target.pid else 0.0) - before)


def _rows(rounds: list[Round], options: argparse.Namespace) -> list[list[str]]:
    return [row(rounds, mode, name) for mode in options.modes for name in options.targets]


def row(rounds: list[Round], mode: str, name: str) -> list[str]:
    micros = [taken[mode, name].micros for taken in rounds]
    to_pgbouncer = ratios(rounds, (mode, name), "pgbouncer", lambda sample: sample.micros)
    to_direct = ratios(rounds, (mode, name), "direct", lambda sample: sample.load.tps)
    tps = median(taken[mode, name].load.tps for taken in rounds)
    in_between = name != "direct"
    return [
        mode,
        name,
        *(_two(micros, ".1f") if in_between else ("-", "-")),
        *(_two(to_pgbouncer, ".2f") if in_between else ("-", "-")),
        f"{tps:,.0f}",
        _two(to_direct, ".2f")[0],
    ]


def ratios(
    rounds: list[Round], what: tuple[str, str], yardstick: str, measure: Callable[[Sample], float]
) -> list[float]:
    """Compare with the yardstick, round by round; nothing when it was not measured."""
    mode, _ = what
    pairs = [(taken[what], taken.get((mode, yardstick))) for taken in rounds]
    return [measure(sample) / measure(other) for sample, other in pairs if other is not None]


def _two(numbers: list[float], form: str) -> tuple[str, str]:
    """Return the median and the minimum."""
    if not numbers:
        return "-", "-"
    return format(median(numbers), form), format(min(numbers), form)


if __name__ == "__main__":
    main()
