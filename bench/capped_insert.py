"""What the cap costs: one row inserted, one deleted, each in its own transaction, again and again.

The server writes to disk and tidies up as one that is just installed does; `--volatile` leaves the
disk out, which makes what a check costs stand out. The tables hold some hundred rows, which the
cap's check counts; in `licensed` it has nothing to count.

Run as `make bench-insert`, or `PYTHONPATH=.:tests python -m bench.capped_insert --help`.
"""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.pgbench import USER, Load, Pgbench
from bench.sites import Target, end_on_signal, temporary_site
from bench.surroundings import machine
from bench.table import columns
from bench.targets import started
from servers import Postgres

TABLES = 8
AS_INSTALLED = dict.fromkeys(
    ["fsync", "synchronous_commit", "full_page_writes", "autovacuum"], "on"
)
TARGETS = ["direct", "licensed", "demo"]
HEADINGS = ["load", "target", "ms for a pair", "pairs/s", "x direct"]
# pgbench puts its variables into the text itself in simple mode only, so the name can have one.
PAIR = """\
\\set id 1000000 + :client_id
INSERT INTO {table} (id, name) VALUES (:id, 'a row');
DELETE FROM {table} WHERE id = :id;
"""


@dataclass(frozen=True, slots=True)
class Case:
    """One way to load the tables."""

    title: str
    clients: int
    script: Path


def main() -> None:
    """Measure and print the table."""
    options = _options(sys.argv[1:])
    end_on_signal()
    print(f"{machine()}; {options.rows} rows, {options.seconds} s a run", flush=True)
    rows, settings = options.rows, {} if options.volatile else AS_INSTALLED
    with temporary_site(1, lambda database, _: _fill(database, rows), **settings) as (
        site,
        pgbench,
    ):
        cases = _cases(site.directory)
        with started(site, options.targets) as targets:
            rounds = list(_rounds(pgbench, targets, cases, options))
        print("\n" + columns(HEADINGS, list(_rows(rounds, cases, options.targets))))


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.capped_insert", description=__doc__)
    parser.add_argument("--seconds", type=int, default=5, help="of each run")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rows", type=int, default=900, help="that each table holds before")
    parser.add_argument("--volatile", action="store_true", help="never wait for the disk")
    parser.add_argument("--targets", default=TARGETS, type=lambda text: text.split(","))
    return parser.parse_args(arguments)


def _fill(database: Postgres, rows: int) -> None:
    for number in range(TABLES):
        table = f"item{number}"
        database.execute(f"CREATE TABLE {table} (id int PRIMARY KEY, name text)")
        some = f"INSERT INTO {table} SELECT i, 'row' FROM generate_series(1, {rows}) i"  # noqa: S608
        database.execute(some)
        database.execute(f"ALTER TABLE {table} OWNER TO {USER}")


def _cases(directory: Path) -> list[Case]:
    one, each = directory / "one.sql", directory / "each.sql"
    one.write_text(PAIR.format(table="item0"))
    each.write_text(PAIR.format(table="item:client_id"))
    return [
        Case("1 client, 1 table", 1, one),
        Case(f"{TABLES} clients, {TABLES} tables", TABLES, each),
        Case(f"{TABLES} clients, 1 table", TABLES, one),
    ]


Round = dict[tuple[str, str], Load]  # (case's title, target's name) -> what it did


def _rounds(
    pgbench: Pgbench, targets: list[Target], cases: list[Case], options: argparse.Namespace
) -> Iterator[Round]:
    for number in range(options.rounds):
        print(f"round {number + 1} of {options.rounds}", flush=True)
        yield {
            (case.title, target.name): pgbench.run(
                target.address,
                mode="simple",
                clients=case.clients,
                seconds=options.seconds,
                script=case.script,
            )
            for case in cases
            for target in targets
        }


def _rows(rounds: list[Round], cases: list[Case], names: list[str]) -> Iterator[list[str]]:
    for case in cases:
        for name in names:
            loads = [taken[case.title, name] for taken in rounds]
            beside = [taken[case.title, "direct"] for taken in rounds]
            latency = median(load.latency_ms for load in loads)
            tps = median(load.tps for load in loads)
            ratio = median(load.tps / other.tps for load, other in zip(loads, beside, strict=True))
            yield [case.title, name, f"{latency:.3f}", f"{tps:,.0f}", f"{ratio:.2f}"]


if __name__ == "__main__":
    main()
