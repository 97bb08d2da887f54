"""What asking about an operation costs: a statement of its own, and a policy over many rows.

Straight to PostgreSQL: the functions are the same through the proxy. The least of several runs
counts. Run as `make bench-operations`; ARGS=15 takes the oldest server.
"""

import asyncio
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bench.sites import end_on_signal, postgres_15
from bench.surroundings import machine
from bench.table import columns
from license_samples import PERSONAL, SERVER
from licensees import HAS, Session, hold
from operation_examples import USE
from servers import Postgres, cluster, embedded_binaries

from pgtoll.store.migrations import initialise
from pgtoll_policy.policy import Grant

ROWS = 500
RUNS = 5
HEADINGS = ["who asks", "µs a statement", "µs a row", "µs a row, sub-select"]
BEGIN = datetime.now(UTC).replace(microsecond=0) - timedelta(days=2)
DUE = BEGIN + timedelta(days=365)
POLICY = f"pgtoll.has_operation_license('{USE}')"


def main() -> None:
    """Measure and print the table."""
    end_on_signal()
    binaries = None if sys.argv[1:] == ["15"] else embedded_binaries()
    binaries = binaries or postgres_15()
    with cluster(binaries) as server:
        database = server.new_database("operations")
        asyncio.run(initialise(database.dsn))
        _fill(database)
        print(f"{machine()}; PostgreSQL {server.version // 10000}; {ROWS} rows", flush=True)
        print("\n" + columns(HEADINGS, list(_rows(database))))


def _fill(database: Postgres) -> None:
    database.execute("CREATE ROLE asker LOGIN")
    for name, condition in (("bare", "true"), ("each", POLICY), ("once", f"(SELECT {POLICY})")):
        database.execute(
            f"CREATE TABLE {name} AS SELECT g FROM generate_series(1, {ROWS}) g;"  # noqa: S608
            f"GRANT SELECT ON {name} TO asker; ALTER TABLE {name} ENABLE ROW LEVEL SECURITY;"
            f"CREATE POLICY licensed ON {name} USING ({condition})"
        )


def _seats(before: int) -> tuple[Grant, ...]:
    users = [*(f"user{number}" for number in range(before)), "asker"]
    return tuple(
        Grant("marketing", user, BEGIN + timedelta(seconds=at)) for at, user in enumerate(users)
    )


def _rows(database: Postgres) -> Iterator[list[str]]:
    server = replace(SERVER, starts=BEGIN, issued=BEGIN, due=DUE)
    many, few = (
        replace(PERSONAL, seats=seats, starts=BEGIN, issued=BEGIN, due=DUE)
        for seats in (10_001, 10_000)
    )
    cases = (
        ("anybody, in demo mode", (), ()),
        ("anybody, with a server license", (server,), ()),
        ("the last of 10,001 seats", (many,), _seats(10_000)),
        ("one beyond 10,000 seats", (few,), _seats(10_000)),
    )
    for title, documents, seats in cases:
        hold(database, *documents, seats=seats)
        with database.connect() as session:
            session.execute("VACUUM ANALYZE pgtoll.seat")
        with replace(database, user="asker").connect() as session:
            yield [title, *(f"{cost:.2f}" for cost in _costs(session))]


def _costs(session: Session) -> tuple[float, float, float]:
    """Return the microseconds of a statement, and those that each row has more than without."""
    nothing, one = _least(session, "SELECT true"), _least(session, HAS)
    bare, each, once = (
        _least(session, f"SELECT count(*) FROM {table}")  # noqa: S608
        for table in ("bare", "each", "once")
    )
    return one - nothing, (each - bare) / ROWS, max(once - bare, 0) / ROWS


def _least(session: Session, sql: str) -> float:
    taken: list[float] = []
    for _ in range(RUNS):
        begin = time.perf_counter()
        session.execute(sql.encode())
        taken.append(time.perf_counter() - begin)
    return min(taken) * 1e6


if __name__ == "__main__":
    main()
