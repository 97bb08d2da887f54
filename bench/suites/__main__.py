"""Can a driver tell that the proxy is there? Other projects' test suites, directly and proxied.

Run as `make suites`, or: python -m bench.suites psycopg2 asyncpg --cache FOLDER. What runs, and
what it needs, stands in README.md beside this file.
"""

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.sites import end_on_signal
from bench.suites.node_suites import NODE_SUITES
from bench.suites.outcomes import Difference, Outcomes, Round, counts, differences
from bench.suites.postgres_suites import POSTGRES_SUITES
from bench.suites.python_suites import PYTHON_SUITES
from bench.suites.sides import DIRECT, PROXIED, Setting, opened
from bench.suites.suite import Suite
from bench.suites.workshop import Workshop
from bench.table import columns

SUITES: dict[str, Callable[[], Suite]] = {**PYTHON_SUITES, **NODE_SUITES, **POSTGRES_SUITES}
SIDES = (DIRECT, PROXIED)
REPEATS = 3  # further rounds for what differs in the first
HEADINGS = ["suite", "side", "tests", "passed", "failed", "skipped", "seconds"]


def main() -> int:
    """Run the suites asked for, print what came of them, and return whether any test differs."""
    options = _options(sys.argv[1:])
    end_on_signal()
    workshop = Workshop(options.cache, dict(options.source))
    setting = Setting(options.major, options.role == "ordinary", options.workers, options.tls)
    rows: list[list[str]] = []
    found: dict[str, list[Difference]] = {}
    for name in options.suites:
        runner = Runner(name, SUITES[name](), setting, options.cache / "runs" / name)
        runner.suite.prepare(workshop)
        rows += runner.first(options.against)
        if len(options.against) == 2:
            found[name] = runner.settled(options.repeats)
        print(columns(HEADINGS, rows), flush=True)
    how = f"{options.role}{', TLS' if setting.tls else ''}"
    print(f"\nPostgreSQL {setting.major}, {how}: {', '.join(workshop.versions)}")
    unrun = [f"{row[0]}, {row[1]}" for row in rows if row[2] == "0"]
    for one in unrun:
        print(f"NO TEST WAS RUN: {one}; {options.cache / 'runs'} says why")
    return int(_report(found) > 0 or bool(unrun))


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.suites", description=__doc__)
    parser.add_argument("suites", nargs="+", choices=sorted(SUITES), metavar="SUITE")
    parser.add_argument("--against", nargs="+", default=list(SIDES), choices=SIDES)
    parser.add_argument("--major", type=int, default=18, choices=(15, 18))
    parser.add_argument("--role", default="superuser", choices=("superuser", "ordinary"))
    parser.add_argument("--tls", action="store_true", help="clients use TLS, on both sides")
    parser.add_argument("--workers", type=int, default=1, help="worker processes of the proxy")
    parser.add_argument("--repeats", type=int, default=REPEATS, help="rounds for what differs")
    parser.add_argument("--source", action="append", default=[], type=_source, metavar="NAME=DIR")
    default = Path(tempfile.gettempdir(), "pgtoll-suites")
    parser.add_argument("--cache", type=Path, default=default, help="kept between runs")
    return parser.parse_args(arguments)


def _source(text: str) -> tuple[str, Path]:
    name, _, folder = text.partition("=")
    if not Path(folder).is_dir():
        raise argparse.ArgumentTypeError(f"{folder} is not a folder")
    return name, Path(folder).absolute()


class Runner:
    """One suite, run on either side as often as it takes."""

    def __init__(self, name: str, suite: Suite, setting: Setting, directory: Path) -> None:
        self.suite, self._name = suite, name
        self._setting, self._directory = setting, directory
        self._rounds: list[Round] = []

    def first(self, against: Sequence[str]) -> list[list[str]]:
        """Run everything, and return the rows of the table."""
        shutil.rmtree(self._directory, ignore_errors=True)
        ended: dict[str, Outcomes] = {}
        rows = []
        for side in against:
            began = time.monotonic()
            ended[side] = self._run(side, None)
            spent = f"{time.monotonic() - began:.0f}"
            rows.append([self._name, side, *counts(ended[side]), spent])
        self._rounds = [Round(ended.get(DIRECT, {}), ended.get(PROXIED, {}))]
        return rows

    def settled(self, repeats: int) -> list[Difference]:
        """Repeat what differed on both sides, and return it with all that was seen."""
        unequal = frozenset(self._rounds[0].unequal())
        for _ in range(repeats if unequal else 0):
            self._rounds.append(Round(self._run(DIRECT, unequal), self._run(PROXIED, unequal)))
        return differences(self._rounds)

    def _run(self, side: str, only: frozenset[str] | None) -> Outcomes:
        directory = self._directory / f"{side}-{len(self._rounds)}"
        directory.mkdir(parents=True)
        with opened(
            side,
            self._setting,
            directory,
            database=self.suite.database,
            server_settings=self.suite.server_settings,
        ) as place:
            return self.suite.run(place, only)


def _report(found: dict[str, list[Difference]]) -> int:
    """Print every test that differed, and return how many are not flaky directly."""
    different = 0
    for name, all_of_it in found.items():
        for one in all_of_it:
            print(f"{'flaky' if one.flaky else 'DIFFERENT'} {name} {one}")
            different += not one.flaky
    print(f"{different} tests differ")
    return different


if __name__ == "__main__":
    sys.exit(main())
