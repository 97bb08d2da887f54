"""The fleet under load, while one thing after the other goes wrong.

    python -m fleet.run --minutes 10

It ends with a line for each thing that was done, what all came to, and status 1 if anything
happened that must not.
"""

import argparse
import logging
import os
import random
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from racing.clients import PATIENCE
from racing.tally import CAP, Tally
from servers import system_binaries

from fleet import faults
from fleet.network import INSIDE, inside, missing
from fleet.site import Fleet, empty, running_fleet
from fleet.watching import (
    IN_FORCE,
    TABLES,
    Contest,
    FleetClient,
    Flipper,
    Reader,
    Writer,
    watch,
)

CLIENTS, WRITERS = 6, 3
CALM = (3.0, 6.0)  # seconds between two faults
ENOUGH = 20  # what is wrong is told up to so many times
BAD = (
    "lost rows", "wrong refusals", "not filled", "unfinished", "deadlocks", "seats oversold",
    "older policies", "late changes", "lapsed too early", "went on too long", "unclear refusals",
    "wrongly ready", "wrongly let in", "turned away", "not ready again", "crashes",
)  # fmt: skip


def main() -> int:
    """Run in namespaces of our own; return the status to exit with."""
    parser = argparse.ArgumentParser(prog="fleet", description="Break a fleet, and see what holds.")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))  # noqa: S311
    parser.add_argument("--directory", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--few", action="store_true", help="each of a few faults, once")
    call = parser.parse_args()
    if INSIDE not in os.environ:
        if why := missing():
            _line(f"no fleet can be built here: {why}")
            return 2
        arguments = ["--minutes", str(call.minutes), "--seed", str(call.seed)]
        arguments += ["--few"] if call.few else []
        return _outside([sys.executable, "-m", "fleet.run", *arguments])
    return _inside(call.directory, call.minutes * 60, call.seed, few=call.few)


def _outside(command: list[str]) -> int:
    """Run ourselves inside, and leave nothing behind however that ends."""
    with tempfile.TemporaryDirectory(prefix="pgtoll-fleet-", ignore_cleanup_errors=True) as name:
        process = inside([*command, "--directory", name])
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: process.kill())  # and with it all that it has started
        return process.wait()


def _inside(directory: Path, seconds: float, seed: int, *, few: bool) -> int:
    logging.getLogger("psycopg").setLevel(logging.CRITICAL)  # sessions are lost all the time
    binaries = system_binaries(15)
    if binaries is None:
        _line("PostgreSQL 15 is not installed: scripts/debian-fleet")
        return 2
    _line(f"SEED={seed}")
    random.seed(seed)
    tally, done = Tally(), Counter[str]()
    with running_fleet(directory, binaries) as fleet:
        _line("the fleet is running: HAProxy, three proxies, a primary and its standby")
        _run(fleet, tally, seconds, done, few=few)
    if tally.wrong:
        _tell_logs(directory)
    _line(_lateness(fleet.journal.late))
    return _report(tally, done)


def _run(fleet: Fleet, tally: Tally, seconds: float, done: Counter[str], *, few: bool) -> None:
    over = threading.Event()
    writers = [Writer(fleet, tally, who) for who in range(WRITERS)]
    around = [Flipper(fleet, tally).flip, Contest(fleet, tally).hold]
    around += [Reader(fleet, tally, proxy).read for proxy in fleet.proxies]
    around += [writer.write for writer in writers]
    with ThreadPoolExecutor(len(around) + CLIENTS + 2) as pool:
        working: list[Future[None]] = [pool.submit(tally.guard, one, over) for one in around]
        working.append(pool.submit(tally.guard, watch, fleet, tally, over))
        working.append(pool.submit(tally.guard, _rounds, pool, fleet, tally, over))
        try:
            _break(fleet, tally, seconds, done, few=few)
        except Exception as exc:  # the fleet is not what it should be: what there is, is told
            tally.complain("crashes", f"{type(exc).__name__}: {exc}")
        finally:
            over.set()
        for one in working:
            one.result(3 * PATIENCE)
    for writer in writers:
        writer.check()


def _break(fleet: Fleet, tally: Tally, seconds: float, done: Counter[str], *, few: bool) -> None:
    began, queue = time.monotonic(), list(faults.FEW if few else faults.FAULTS)
    while queue if few else time.monotonic() - began < seconds:
        time.sleep(random.uniform(*CALM))  # noqa: S311
        faults.calm(fleet, tally)
        if not queue:
            queue = random.sample(faults.FAULTS, len(faults.FAULTS))
        fault = queue.pop(0)
        name = fault.__name__.replace("_", " ")
        at, wrong = time.monotonic() - began, len(tally.wrong)
        faults.play(fault, fleet, tally)
        done[name] += 1
        took = time.monotonic() - began - at
        _line(f"{at:6.1f} s: {name}, {took:.1f} s" + _new(tally, wrong))


def _new(tally: Tally, since: int) -> str:
    return "".join(f"\n          {wrong}" for wrong in tally.wrong[since : since + ENOUGH])


def _rounds(pool: ThreadPoolExecutor, fleet: Fleet, tally: Tally, over: threading.Event) -> None:
    """Let clients fill the tables in demo mode to the last row, and then come and go."""
    while not over.is_set():
        clients = [FleetClient(fleet, tally, number, CLIENTS) for number in range(CLIENTS)]  # type: ignore[arg-type]
        empty_again(fleet, over)
        for filling in [pool.submit(tally.guard, client.fill) for client in clients]:
            filling.result(4 * PATIENCE)
        _full(fleet, tally)
        empty_again(fleet, over)
        enough = threading.Event()
        churning = [pool.submit(tally.guard, client.churn, enough) for client in clients]
        over.wait(10.0)
        enough.set()
        for each in churning:
            each.result(4 * PATIENCE)
        tally.count("rounds")


def empty_again(fleet: Fleet, over: threading.Event) -> None:
    """Empty the tables as soon as a primary can be written to."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            empty(fleet)
        except Exception:
            if time.monotonic() > until:
                raise
            over.wait(0.5)
        else:
            return


def _full(fleet: Fleet, tally: Tally) -> None:
    for table in TABLES:
        name = table if table == "race.parts" else f"ONLY {table}"
        rows = _patiently(fleet, f"SELECT count(*) FROM {name}")
        if rows != CAP:
            tally.complain("not filled", f"{table} has {rows} rows")


def _patiently(fleet: Fleet, sql: str) -> object:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return fleet.pair.primary.value(sql, "shop")
        except Exception:
            if time.monotonic() > until:
                raise
            time.sleep(0.5)


def _tell_logs(directory: Path) -> None:
    for log in sorted(directory.glob("p?-*.log")):
        lines = log.read_text(errors="replace").splitlines()
        _line(f"--- {log.name}")
        _line("\n".join(lines[-15:]))


def _lateness(late: list[float]) -> str:
    """Say how long a change, or the end of a fault, took to be in force everywhere."""
    if not late:
        return "in force: each change at once, on every proxy"
    beyond = sum(seconds > IN_FORCE for seconds in late)
    return (
        f"in force: {max(late):.2f} s after a change or a fault's end no proxy answered by what was"
        f" before; {beyond} such answers came later than {IN_FORCE:g} s"
    )


def _report(tally: Tally, done: Counter[str]) -> int:
    for wrong in tally.wrong[:ENOUGH]:
        _line(wrong)
    _line("done: " + ", ".join(f"{name} {number}x" for name, number in sorted(done.items())))
    good = sorted(set(tally.counts) - set(BAD))
    _line("seen: " + ", ".join(f"{tally.counts[name]} {name}" for name in good))
    _line(", ".join(f"{name}: {tally.counts[name]}" for name in BAD) + f", rows over: {tally.over}")
    sound = not (tally.wrong or tally.over)
    _line("nothing was lost" if sound else "SOMETHING WENT WRONG")
    return 0 if sound else 1


def _line(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
