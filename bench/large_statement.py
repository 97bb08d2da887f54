"""What one 5 MB statement does to the slowest transaction of the other sessions.

Run as `make bench-large`, or `PYTHONPATH=.:tests python -m bench.large_statement --help`. pgbench's
clients go through a proxy in demo mode all the time. In each round they are alone first; then one
more session sends INSERTs of 5 MB, each with other constants, past the proxy; then through it. What
counts is how much longer the slowest transaction takes in the last than in the others: the server
has to read those statements in any case.
"""

import argparse
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import psycopg
from bench.pgbench import USER, Address, Pgbench
from bench.sites import end_on_signal, temporary_site
from bench.surroundings import machine
from bench.table import columns
from bench.targets import started
from psycopg import errors
from servers import Postgres

CLIENTS = 4
CASES = ["nobody else", "past the proxy", "through the proxy"]
TABLE = "CREATE TABLE item (id int, name text, price numeric, note text)"
ROW = "({}, 'a name that is not short', -2.5, 'and some more text')"


def main() -> None:
    """Measure and print the table."""
    options = _options(sys.argv[1:])
    end_on_signal()
    megabytes = len(_statement(0, options.rows)) / 1e6
    print(f"{machine()}; statements of {megabytes:.1f} MB, {options.seconds} s a run", flush=True)
    with temporary_site(1, _fill) as (site, pgbench), started(site, ["direct", "demo"]) as targets:
        direct, proxied = (target.address for target in targets)
        rounds = [
            _round(pgbench, site.directory / str(number), direct, proxied, options)
            for number in range(options.rounds)
        ]
    print("\n" + columns(["other session", "slowest of each round, ms", "median"], _rows(rounds)))


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.large_statement", description=__doc__)
    parser.add_argument("--seconds", type=int, default=5, help="of each run")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rows", type=int, default=85_000, help="in one INSERT")
    return parser.parse_args(arguments)


def _fill(database: Postgres, pgbench: Pgbench) -> None:
    pgbench.initialise(Address(database.port, database.dbname), scale=1)
    database.execute(f"{TABLE}; ALTER TABLE item OWNER TO {USER}")


def _statement(number: int, rows: int) -> bytes:
    values = ", ".join(ROW.format(number + row) for row in range(rows))
    return f"INSERT INTO item VALUES {values}".encode()  # noqa: S608  # no text of others


def _round(
    pgbench: Pgbench, log: Path, direct: Address, proxied: Address, options: argparse.Namespace
) -> list[float]:
    """Return the milliseconds of the slowest transaction of each case."""
    found = []
    for number, where in enumerate((None, direct, proxied)):
        prefix = log.with_name(f"{log.name}-{number}")
        with _sending(where, options.rows):
            pgbench.run(
                proxied, mode="simple", clients=CLIENTS, seconds=options.seconds, log=prefix
            )
        found.append(_slowest(prefix))
    return found


@contextmanager
def _sending(where: Address | None, rows: int) -> Iterator[None]:
    """Send large statements, one after the other, while the context lasts."""
    if where is None:
        yield
        return
    end = threading.Event()
    thread = threading.Thread(target=_send, args=(where, rows, end))
    thread.start()
    try:
        yield
    finally:
        end.set()
        thread.join()


def _send(where: Address, rows: int, end: threading.Event) -> None:
    texts = [_statement(number, rows) for number in range(20)]
    dsn = f"host=127.0.0.1 port={where.port} user={USER} dbname={where.dbname} sslmode=disable"
    with psycopg.connect(dsn, autocommit=True) as session:
        while texts and not end.is_set():
            try:
                session.execute(b"BEGIN")
                session.execute(texts.pop(), prepare=False)
            except errors.ConfigurationLimitExceeded:
                pass  # more rows than demo mode has room for: it was read, run and undone
            session.execute(b"ROLLBACK")


def _slowest(prefix: Path) -> float:
    """Return the longest time in pgbench's logs: microseconds, the third word of each line."""
    lines = (
        line
        for path in prefix.parent.glob(f"{prefix.name}.*")
        for line in path.read_text().splitlines()
    )
    return max(int(line.split()[2]) for line in lines) / 1000


def _rows(rounds: list[list[float]]) -> list[list[str]]:
    found = []
    for number, case in enumerate(CASES):
        taken = [times[number] for times in rounds]
        found.append([case, " ".join(f"{one:.1f}" for one in taken), f"{median(taken):.1f}"])
    return found


if __name__ == "__main__":
    main()
