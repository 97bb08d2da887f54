"""The race itself: rounds of filling and of churning, while proxies die and a seat changes hands.

    python -m racing.run --minutes 10

It ends with one line, and with status 1 if anything happened that must not.
"""

import argparse
import logging
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from proxies import Site, running_site
from servers import cluster, embedded_binaries, system_binaries

from racing.clients import PATIENCE, Client
from racing.ground import TABLES, Stable, clear, kill_in_turn, prepared_ground, watch
from racing.seats import Reader, Seat
from racing.tally import CAP, Tally

CLIENTS = 16
READERS = 3
ENOUGH = 20  # what is wrong is told up to so many times


@dataclass(frozen=True, slots=True)
class Terms:
    """How a race is run; times in seconds."""

    seconds: float
    pause: float = 5.0  # between one kill and the next
    grace: float = 1.0  # within which a change of seats is in force, on a machine with time
    churning: float = 10.0  # at most, for one round
    telling: float = 15.0  # between two lines about its progress


def race(site: Site, terms: Terms, tell: Callable[[str], None] = lambda line: None) -> Tally:
    """Run a race on a site in demo mode, and return what it came to."""
    tally, over = Tally(), threading.Event()
    until = time.monotonic() + terms.seconds
    reader = f"reader_{site.bob}"
    site.run(f"CREATE ROLE {reader} LOGIN")
    try:
        with prepared_ground(site) as stable, ThreadPoolExecutor(CLIENTS + READERS + 4) as pool:
            seat = Seat(site.licensing, reader, terms.grace)
            around = _surroundings(pool, stable, seat, tally, over, terms, tell)
            try:
                while not tally.counts["rounds"] or time.monotonic() < until:
                    _round(pool, stable, tally, min(terms.churning, until - time.monotonic()))
            finally:
                over.set()
            for each in around:
                each.result(PATIENCE)
    finally:
        site.run(f"DROP OWNED BY {reader}; DROP ROLE {reader}")
    return tally


def _surroundings(
    pool: ThreadPoolExecutor,
    stable: Stable,
    seat: Seat,
    tally: Tally,
    over: threading.Event,
    terms: Terms,
    tell: Callable[[str], None],
) -> list[Future[None]]:
    """Start everything that goes on all the time."""
    readers = [Reader(stable, seat, tally, number) for number in range(READERS)]
    return [
        pool.submit(tally.guard, watch, stable.site, tally, over),
        pool.submit(tally.guard, kill_in_turn, stable, tally, over, terms.pause),
        pool.submit(tally.guard, seat.flip, tally, over),
        *(pool.submit(tally.guard, reader.read, over) for reader in readers),
        pool.submit(tally.guard, _tell, tally, over, terms, tell),
    ]


def _tell(tally: Tally, over: threading.Event, terms: Terms, tell: Callable[[str], None]) -> None:
    began = time.monotonic()
    while not over.wait(terms.telling):
        tell(f"{time.monotonic() - began:4.0f} s: {tally.summary()}")


def _round(pool: ThreadPoolExecutor, stable: Stable, tally: Tally, seconds: float) -> None:
    """Let all clients fill the tables, then churn for some time."""
    clients = [Client(stable, tally, number, CLIENTS) for number in range(CLIENTS)]
    clear(stable.site)
    for filling in [pool.submit(tally.guard, client.fill) for client in clients]:
        filling.result(2 * PATIENCE)
    for table in TABLES:
        only = "" if table == "race.parts" else "ONLY "
        if (rows := stable.site.rows(only + table)) != CAP:
            tally.complain("not filled", f"{table} has {rows} rows")
    clear(stable.site)
    enough = threading.Event()
    churning = [pool.submit(tally.guard, client.churn, enough) for client in clients]
    enough.wait(max(seconds, 1.0))
    enough.set()
    for each in churning:
        each.result(2 * PATIENCE)
    tally.count("rounds")


def _line(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main() -> int:
    """Run a race on a server of its own, and return the status to exit with."""
    parser = argparse.ArgumentParser(prog="racing", description="Race for the last row.")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--postgres", type=int, choices=[15, 18], default=18)
    call = parser.parse_args()
    logging.getLogger("psycopg").setLevel(logging.CRITICAL)  # sessions are lost all the time
    binaries = embedded_binaries() if call.postgres == 18 else system_binaries(15)
    if binaries is None:
        _line(f"PostgreSQL {call.postgres} is not installed")
        return 2
    with (
        tempfile.TemporaryDirectory(prefix="pgtoll-race-") as directory,
        cluster(binaries) as server,
        running_site(server, Path(directory), licensed=False) as site,
    ):
        tally = race(site, Terms(call.minutes * 60), _line)
    for wrong in tally.wrong[:ENOUGH]:
        _line(wrong)
    _line(f"race of {call.minutes:g} minutes, {CLIENTS} clients, 3 proxies: {tally.summary()}")
    return 1 if tally.wrong or tally.over else 0


if __name__ == "__main__":
    sys.exit(main())
