"""How much of what is honest does pgtoll refuse? Statements and programs, beside it and through it.

Run as `make honest`. Beside the proxy everything is run twice, to know what is volatile.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import servers
from bench.honest.counting import Came, Tally, compare, table, total
from bench.honest.programs import Programs, compared
from bench.honest.replay import Outcome, replay
from bench.honest.sources import SETUP, TOOLS, WORK, Source, captured, own, regression
from bench.honest.stage import SCHEMA, STANDINGS, Stage, stage
from bench.sites import end_on_signal

ENOUGH = 0.5  # percent of wrong refusals that make the run a failure
PLAY = "play"  # the schema of one file of the regression tests
SHARED = "public"  # what those share
EVERYTHING = ("tools", "work", "captured", "programs", "regression")


def main() -> int:
    """Run what is asked for, print the table, and return whether too much was refused."""
    options = _options(sys.argv[1:])
    end_on_signal()
    binaries = servers.system_binaries(15) if options.major == 15 else servers.embedded_binaries()
    if binaries is None:
        raise SystemExit(f"PostgreSQL {options.major} is not installed")
    with (
        servers.cluster(binaries) as server,
        tempfile.TemporaryDirectory() as directory,
        stage(server, Path(directory), options.standing) as place,
    ):
        tallies = measure(place, Programs(binaries), options.parts, options.standing)
    print(f"\nPostgreSQL {options.major}, {options.standing}\n{table(tallies)}")
    return int(total(tallies).rate >= ENOUGH)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.honest", description=__doc__)
    parser.add_argument("--major", type=int, default=18, choices=(15, 18))
    parser.add_argument("--standing", default="lacking", choices=STANDINGS)
    parser.add_argument("--parts", default=EVERYTHING, type=lambda text: tuple(text.split(",")))
    return parser.parse_args(arguments)


def measure(
    place: Stage, programs: Programs, parts: Sequence[str], standing: str
) -> dict[str, Tally]:
    """Run parts of what there is; print what was refused, and return the counts."""
    tallies: dict[str, Tally] = {}
    place.run(f"CREATE SCHEMA {SCHEMA} AUTHORIZATION {place.user}")
    wanted = [("tools", own(*TOOLS)), ("work", own(*WORK)), ("captured", captured())]
    for source in own("shop"):
        _add(tallies, source, place, SCHEMA)
    for part, sources in wanted:
        for source in sources if part in parts else ():
            _add(tallies, source, place, SCHEMA)
    if "programs" in parts:
        _run_programs(tallies, place, programs, small=standing == "demo")
    if "regression" in parts:
        _run_regression(tallies, place)
    return tallies


def _add(tallies: dict[str, Tally], source: Source, place: Stage, path: str) -> None:
    came, checked = _came(source, place, path)
    tallies.setdefault(source.group, Tally()).add(came, checked)


def _came(source: Source, place: Stage, path: str) -> tuple[list[Came], int]:
    """Run a source's statements; return what came of each, and how many checks that took."""
    before = place.checks()
    runs = [_replayed(source, place, path, number) for number in range(len(place.all))]
    came = [compare(*outcomes) for outcomes in zip(*runs, strict=True)]
    for text, one, outcome in zip(source.texts, came, runs[-1], strict=True):
        if one in (Came.REFUSED, Came.OTHER):
            _tell(source.name, one, text.sql, outcome.refusal or " ".join(outcome.states))
    return came, place.checks() - before


def _replayed(source: Source, place: Stage, path: str, number: int) -> list[Outcome]:
    database = place.all[number]
    port = place.proxy.port if database is place.behind else database.port
    return replay(source.texts, port, place.user, database.dbname, path)


def _run_programs(
    tallies: dict[str, Tally], place: Stage, programs: Programs, *, small: bool
) -> None:
    works = {
        "psql": programs.psql,
        "pg_dump": programs.pg_dump,
        "restore": programs.restore,
        "vacuumdb": programs.vacuumdb,
    }
    if not small:  # than what demo mode allows
        works["pgbench"] = programs.pgbench
    for name, work in works.items():
        before, came = place.checks(), []
        for one, text in compared(place, work):
            came.append(one)
            if one in (Came.REFUSED, Came.OTHER):
                _tell(name, one, text, "")
        tallies.setdefault(name, Tally()).add(came, place.checks() - before)


def _run_regression(tallies: dict[str, Tally], place: Stage) -> None:
    tables = next(own("regress_tables"))
    for source in regression():
        if source.name == SETUP:
            _add(tallies, source, place, SHARED)
            _came(tables, place, SHARED)
            continue
        with _schema(place):
            _add(tallies, source, place, f"{PLAY}, {SHARED}")


@contextmanager
def _schema(place: Stage) -> Iterator[None]:
    """Have a schema for one file, and what it leaves behind away again."""
    place.run(f"CREATE SCHEMA {PLAY} AUTHORIZATION {place.user}")
    yield
    place.clean(PLAY)


def _tell(source: str, came: Came, what: str, why: str) -> None:
    line = " ".join(what.split())
    print(f"{source}: {came.value}: {line[:160]} | {why[:300]}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
