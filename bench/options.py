"""The command line of the benchmark."""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.plan import MAIN, Plan, chosen, known_targets
from bench.workloads import WORKLOADS, Sizes, workloads

ROOT = Path(__file__).parent.parent
KEPT = ROOT / "bench" / "results"  # where the results of whole runs go
PASSING = ROOT / "build" / "bench"  # and those of others
ROUNDS, SECONDS, CLIENTS = 4, 1.0, 1000
QUICK_ROUNDS, QUICK_CLIENTS = 2, 100
QUICK = ("select-simple-8", "select-extended-8", "select-prepared-8", "copy-out", "orm*")


@dataclass(frozen=True, slots=True)
class Options:
    """What somebody asked for."""

    plan: Plan
    out: Path  # the directory of the results
    compare: Path | None  # with the results of an earlier run
    read: Path | None  # results to show, instead of measuring
    list: bool  # the names of the workloads


def options_of(arguments: Sequence[str]) -> Options:
    """Read a command line; end the program when it is wrong."""
    given = _parser().parse_args(arguments)
    plan = _plan(given)
    out = given.out or (KEPT if plan.whole else PASSING)
    return Options(
        plan, given.read.parent if given.read else out, given.compare, given.read, given.list
    )


def _plan(given: argparse.Namespace) -> Plan:
    patterns = (QUICK if given.quick else ("*",)) if given.workloads is None else given.workloads
    sized = workloads(Sizes(megabytes=given.megabytes))
    wanted = [one for one in sized if chosen(one.name, patterns)]
    targets = given.targets or (list(MAIN) if given.quick else known_targets())
    rounds = given.rounds or (QUICK_ROUNDS if given.quick else ROUNDS)
    clients = (QUICK_CLIENTS if given.quick else CLIENTS) if given.idle is None else given.idle
    usual = given.megabytes == Sizes().megabytes
    whole = usual and len(wanted) == len(WORKLOADS) and targets == known_targets()
    return Plan(wanted, targets, rounds, given.seconds, clients, whole and clients >= CLIENTS)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bench", description="What pgtoll costs, beside other proxies, in the same rounds."
    )
    add = parser.add_argument
    add("--quick", action="store_true", help="some workloads, two rounds: two or three minutes")
    add("--rounds", type=int, help=f"how often everything is run (default: {ROUNDS})")
    add("--seconds", type=float, default=SECONDS, help="of each run (default: %(default)s)")
    add(
        "--workloads",
        type=_workloads,
        metavar="A,B",
        help="only these; `select-*` is a pattern, `none` is none",
    )
    add("--targets", type=_some_of(known_targets()), metavar="A,B", help=", ".join(known_targets()))
    add("--megabytes", type=int, default=Sizes().megabytes, help="of a COPY (default: %(default)s)")
    add("--idle", type=int, metavar="N", help=f"idle clients (default: {CLIENTS}); 0: none")
    add("--out", type=Path, metavar="DIR", help="where results are written: see bench/README.md")
    add("--compare", type=Path, metavar="FILE", help="say what differs from an earlier latest.json")
    add("--read", type=Path, metavar="FILE", help="show this latest.json and measure nothing")
    add("--list", action="store_true", help="print the names of the workloads")
    return parser


def _workloads(text: str) -> list[str]:
    """Read patterns of workloads' names, each of which has to mean one."""
    patterns = [] if text == "none" else text.split(",")
    for pattern in patterns:
        if not any(chosen(one.name, [pattern]) for one in WORKLOADS):
            raise argparse.ArgumentTypeError(f"no workload is called {pattern}")
    return patterns


def _some_of(known: list[str]) -> Callable[[str], list[str]]:
    """Return an option's type: some of the known words, with commas between them."""

    def words(text: str) -> list[str]:
        if unknown := [word for word in text.split(",") if word not in known]:
            raise argparse.ArgumentTypeError(f"not known: {', '.join(unknown)}")
        return [word for word in known if word in text.split(",")]

    return words
