"""What a large site costs: a catalog of 100,000 tables, 10,000 licensed objects, 10,000 seats.

Run as `make bench-scale`, or `PYTHONPATH=.:tests python -m bench.scale --tables 10000`. The same is
measured in a small site, on the same server: what a decision takes must not depend on the size.

First in this process, as a worker does it: to read the catalog and make a picture of it, and to
bring it up to date after one DDL command and after 1,000. Then a proxy is started, and asked from
outside: how soon it serves, what memory it holds, how soon DDL, a seat and a license are in force,
and how long other sessions' queries take meanwhile.
"""

import argparse
import asyncio
import json
import re
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles

import psycopg
from bench.processes import cpu_seconds
from bench.scale_proxy import served
from bench.scale_site import PLAIN, PUBLIC, Size, filled, running
from bench.sites import end_on_signal
from bench.surroundings import machine
from bench.table import columns
from psycopg.rows import TupleRow
from servers import Postgres

from pgtoll.catalog.snapshot import Snapshot, read_snapshot
from pgtoll.config import Trust
from pgtoll.gate import Gate
from pgtoll.in_force import Picture
from pgtoll.store.store import Store
from pgtoll_policy.catalog import Catalog, build_catalog
from pgtoll_policy.policy import Policy
from pgtoll_policy.statement import read_script

ROUNDS = 5
DECISIONS = 90  # each of two tables that none before was of
MANY = 1_000  # DDL commands between two looks

Figures = dict[str, float]
Connection = psycopg.AsyncConnection[TupleRow]


@dataclass(frozen=True)
class Goal:
    """What a figure of the large site must not be more than."""

    figure: str
    most: float | None = None  # None: what it is in the small site, by `times`
    times: float = 1.5


GOALS = (
    Goal("refresh after one DDL, ms", 1000),
    Goal("refresh after 1,000 DDL, ms", 1000),
    Goal("decision, cached, CPU us median"),
    Goal("decision, first, CPU us median"),
    Goal("decision, first, CPU us 99 %", times=3),
    Goal("DDL in force after, ms", 1000),
    Goal("seat in force after, ms", 1000),
    Goal("license in force after, ms", 1000),
)


def main() -> None:
    """Measure both sites and print the table."""
    options = _options(sys.argv[1:])
    end_on_signal()
    large = Size("large", options.tables, options.objects, options.users, options.seats)
    small = Size("small", 200, 100, 100, 100)
    print(f"{machine()}\n{large}", file=sys.stderr, flush=True)
    with running() as server, tempfile.TemporaryDirectory() as directory:
        found = {size.name: _measured(server, size, Path(directory)) for size in (small, large)}
        # Before the server is put away: to delete its files takes a while.
        if options.json:
            print(json.dumps({"machine": machine(), "large": asdict(large), **found}, indent=1))
        else:
            print(columns(["", "small", "large"], _rows(found)))
            print("\n" + columns(["goal", "at most", "is", ""], _judged(found)), flush=True)


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.scale", description=__doc__)
    parser.add_argument("--tables", type=int, default=100_000, help="in the catalog")
    parser.add_argument("--objects", type=int, default=10_000, help="of them, named in products")
    parser.add_argument("--users", type=int, default=20_000)
    parser.add_argument("--seats", type=int, default=10_000)
    parser.add_argument("--json", action="store_true", help="print figures for programs")
    return parser.parse_args(arguments)


def _measured(server: Postgres, size: Size, directory: Path) -> Figures:
    began = time.monotonic()
    database = filled(server, size)
    print(f"{size.name}: filled in {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return asyncio.run(_inside(database, size)) | served(database, size, directory)


# In this process


async def _inside(database: Postgres, size: Size) -> Figures:
    """Do what a worker does, one thing at a time."""
    dsn = database.dsn
    async with (
        await psycopg.AsyncConnection.connect(dsn, autocommit=True) as reader,
        await psycopg.AsyncConnection.connect(dsn, autocommit=True) as changer,
    ):
        began, cpu = time.monotonic(), time.process_time()
        snapshot = await read_snapshot(reader, None)
        catalog = build_catalog(snapshot.code, snapshot.directory)
        figures = {
            "first picture, s": time.monotonic() - began,
            "first picture, CPU s of the proxy": time.process_time() - cpu,
        }
        store = await Store.connect(dsn)
        began = time.monotonic()
        policy, _ = await store.load_policy(Trust((PUBLIC,)).keys())
        figures["policy, ms"] = (time.monotonic() - began) * 1e3
        await store.close()
        figures |= _decisions(catalog, policy, size)
        return figures | await _refreshes(reader, changer, snapshot, size)


async def _refreshes(
    reader: Connection, changer: Connection, known: Snapshot, size: Size
) -> Figures:
    found: dict[str, list[float]] = {}

    async def refresh(what: str) -> None:
        nonlocal known
        began, cpu, server = time.monotonic(), time.process_time(), _server_seconds(reader)
        known = await read_snapshot(reader, known)
        build_catalog(known.code, known.directory)
        found.setdefault(f"{what}, ms", []).append((time.monotonic() - began) * 1e3)
        found.setdefault(f"{what}, CPU ms", []).append((time.process_time() - cpu) * 1e3)
        spent = (_server_seconds(reader) - server) * 1e3
        found.setdefault(f"{what}, the server's CPU ms", []).append(spent)

    spread = size.named(f"n * {max(1, size.tables // MANY)} % {size.tables}")
    for number in range(ROUNDS):
        await refresh("look that finds nothing new")
        await changer.execute(f"CREATE TABLE x{number} (id int PRIMARY KEY)".encode())
        await refresh("refresh after one DDL")
        await changer.execute(_thousand(f"CREATE TABLE y{number}_%s (id int)"))
        await refresh("refresh after 1,000 DDL")
        await changer.execute(_thousand(f"ALTER TABLE %s ALTER n SET DEFAULT {number}", spread))
        await refresh("refresh after 1,000 DDL all over the catalog")
    await changer.execute(b"CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'")
    await refresh("refresh after a new function")
    operator = "CREATE OPERATOR ### (FUNCTION = textcat, LEFTARG = text, RIGHTARG = text)"
    await changer.execute(operator.encode())
    await refresh("refresh after a new operator (reads all)")
    return {what: median(each) for what, each in found.items()}


def _server_seconds(connection: Connection) -> float:
    """Return the CPU time of all processes of the server; nobody else works there."""
    status = Path(f"/proc/{connection.info.backend_pid}/status").read_text()
    return cpu_seconds(int(re.findall(r"^PPid:\s+(\d+)", status, re.M)[0]))


def _thousand(change: str, argument: str = "n") -> bytes:
    """Return a thousand commands as one; `argument` gives what is put into each."""
    loop = f"FOR n IN 0..{MANY - 1} LOOP EXECUTE format('{change}', {argument}); END LOOP"
    return f"DO $$ BEGIN {loop}; END $$".encode()


def _decisions(catalog: Catalog, policy: Policy, size: Size) -> Figures:
    """Judge statements of a user who lacks products, each for the first time and again."""
    now = datetime.now(UTC)
    judge = (gate := Gate(Picture(policy, catalog, {}), lambda: now)).judge(PLAIN)
    first: list[float] = []
    again: list[float] = []
    texts: list[bytes] = []
    for number in range(DECISIONS):
        at = size.tables - 1 - 2 * number
        text = f"SELECT a.n FROM {size.table(at)} a JOIN {size.table(at - 1)} b USING (id)"  # noqa: S608
        gate.facts.keep(judge.key(text.encode()), text.encode(), read_script(text))
        texts.append(text.encode())
    for spent in (first, again):
        for sql in texts:
            began = time.thread_time()
            judge.rule(sql, "")
            spent.append((time.thread_time() - began) * 1e6)
    return {
        "decision, first, CPU us median": median(first),
        "decision, first, CPU us 99 %": quantiles(first, n=100)[98],
        "decision, cached, CPU us median": median(again),
        "decision, cached, CPU us 99 %": quantiles(again, n=100)[98],
    }


# What is printed


def _rows(found: dict[str, Figures]) -> list[list[str]]:
    small, large = found["small"], found["large"]
    return [[name, f"{small[name]:,.1f}", f"{large[name]:,.1f}"] for name in large]


def _judged(found: dict[str, Figures]) -> list[list[str]]:
    return [_line(goal, found["small"], found["large"]) for goal in GOALS]


def _line(goal: Goal, small: Figures, large: Figures) -> list[str]:
    most = goal.most if goal.most is not None else goal.times * small[goal.figure]
    held = "held" if large[goal.figure] <= most else "NOT HELD"
    return [goal.figure, f"{most:,.1f}", f"{large[goal.figure]:,.1f}", held]


if __name__ == "__main__":
    main()
