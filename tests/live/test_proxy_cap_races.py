"""Demo mode under contention: sixteen clients of two proxies fill one table to exactly its cap.

Nobody deletes while they do, so a table once full stays full. A single row may then be refused only
if the table holds 1000 rows, and k rows only if it holds more than 1000 - k: whoever is refused
counts the committed rows at once, and would see fewer after a wrong refusal.

PGTOLL_TEST_SECONDS says for how long; a round is begun as long as there is time.
"""

import os
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import psycopg
import pytest
from proxies import Proxy, Session, Site, eventually, running_proxy
from psycopg import errors

pytestmark = pytest.mark.live

CAP = 1000
CLIENTS = 16
SECONDS = float(os.environ.get("PGTOLL_TEST_SECONDS", "5"))
PATIENCE = 60.0
TABLE = "race.t"


@pytest.fixture(scope="module")
def proxies(demo_site: Site) -> Iterator[list[Proxy]]:
    """Two proxies of one database in demo mode."""
    demo_site.run(
        f"CREATE SCHEMA race; CREATE TABLE {TABLE} (x int); CREATE TABLE race.u (x int);"
        "GRANT ALL ON SCHEMA race TO PUBLIC; GRANT ALL ON ALL TABLES IN SCHEMA race TO PUBLIC"
    )
    with running_proxy(demo_site.database, demo_site.trust) as other:
        yield [demo_site.proxy, other]
    demo_site.run("DROP SCHEMA race CASCADE")


def single(session: Session, rows: int) -> None:
    session.execute("INSERT INTO race.t VALUES (%s)", [rows])


def prepared(session: Session, rows: int) -> None:
    session.execute("INSERT INTO race.t VALUES (%s)", [rows], prepare=True)


def batch(session: Session, rows: int) -> None:
    session.execute("INSERT INTO race.t SELECT generate_series(1, %s)", [rows])


def copied(session: Session, rows: int) -> None:
    with session.cursor() as cursor, cursor.copy("COPY race.t FROM STDIN") as copy:
        for n in range(rows):
            copy.write_row([n])


def together(session: Session, rows: int) -> None:
    with session.transaction():
        for n in range(rows):
            session.execute("INSERT INTO race.t VALUES (%s)", [n])


def pipelined(session: Session, rows: int) -> None:
    with session.pipeline():
        for n in range(rows):
            session.execute("INSERT INTO race.t VALUES (%s)", [n])


def undone(session: Session, rows: int) -> None:
    with suppress(errors.ConfigurationLimitExceeded), session.transaction(force_rollback=True):
        session.execute("INSERT INTO race.t SELECT generate_series(1, 500)")
    with session.transaction():
        with session.transaction(force_rollback=True):
            session.execute("INSERT INTO race.t SELECT generate_series(1, %s)", [rows])
        session.execute("INSERT INTO race.t VALUES (1)")


Way = tuple[Callable[[Session, int], None], int]

# How to insert, and how many rows: what is undone leaves one.
SLOW_WAYS: list[Way] = [(single, 1), (prepared, 1), (single, 1)]
WAYS: list[Way] = [
    *SLOW_WAYS,
    (batch, 7),
    (batch, 40),
    (copied, 13),
    (together, 3),
    (pipelined, 4),
    (undone, 1),
]


class Client:
    """One client that inserts as fast as it can, until a single row of its own is refused."""

    def __init__(self, site: Site, proxies: list[Proxy], number: int, way: Way) -> None:
        self._site = site
        self._proxies = proxies
        self._number = number
        self._insert, self._rows = way
        self.wrong: list[str] = []

    def fill(self) -> None:
        """Insert until nothing fits any more; go to the other proxy if this one dies."""
        until = time.monotonic() + PATIENCE
        while self._rows and time.monotonic() < until:
            with suppress(psycopg.OperationalError):
                proxy = self._proxies[self._number % len(self._proxies)]
                with self._site.database.connect() as beside, proxy.connect() as session:
                    self._fill(session, beside)
            self._number += 1
        assert not self._rows

    def _fill(self, session: Session, beside: Session) -> None:
        while self._rows:
            try:
                self._insert(session, self._rows)
            except errors.ConfigurationLimitExceeded:
                self._check(beside)
                self._rows = random.randrange(self._rows) if self._rows > 1 else 0  # noqa: S311

    def _check(self, beside: Session) -> None:
        """The table is as full as a right refusal implies."""
        found = beside.execute(f"SELECT count(*) FROM {TABLE}".encode()).fetchone()
        if found is None or found[0] + self._rows <= CAP:
            self.wrong.append(f"{self._insert.__name__} of {self._rows} refused at {found}")


def race(
    site: Site,
    proxies: list[Proxy],
    ways: list[Way] = WAYS,
    meanwhile: Callable[[], None] = lambda: None,
) -> None:
    """Let all clients fill the table, and see that it is full and everybody was treated fairly."""
    site.run(f"TRUNCATE {TABLE}")
    clients = [Client(site, proxies, number, ways[number % len(ways)]) for number in range(CLIENTS)]
    with ThreadPoolExecutor(CLIENTS) as pool:
        ended = [pool.submit(client.fill) for client in clients]
        meanwhile()
        for one in ended:
            one.result(timeout=2 * PATIENCE)
    assert [wrong for client in clients for wrong in client.wrong] == []
    assert site.rows(TABLE) == CAP


def test_a_table_is_filled_to_exactly_its_cap(demo_site: Site, proxies: list[Proxy]) -> None:
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        race(demo_site, proxies)


def test_a_proxy_that_dies_loses_and_adds_nothing(demo_site: Site, proxies: list[Proxy]) -> None:
    with running_proxy(demo_site.database, demo_site.trust) as dying:

        def kill() -> None:
            assert eventually(lambda: demo_site.rows(TABLE) > CAP / 10, within=PATIENCE)
            dying.process.send_signal(signal.SIGKILL)
            assert demo_site.rows(TABLE) < CAP

        race(demo_site, [dying, proxies[1]], SLOW_WAYS, kill)


def test_tables_are_filled_in_any_order_without_a_deadlock(
    demo_site: Site, proxies: list[Proxy]
) -> None:
    demo_site.run("TRUNCATE race.t; TRUNCATE race.u")
    barrier = threading.Barrier(4)

    def fill(number: int) -> None:
        tables = ("race.t", "race.u") if number % 2 else ("race.u", "race.t")
        with proxies[number % 2].connect() as session:
            barrier.wait()
            for _ in range(40):
                with session.transaction():
                    for table in tables:
                        session.execute(f"INSERT INTO {table} VALUES (1)".encode())

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(fill, range(4))) == [None] * 4
    assert (demo_site.rows("race.t"), demo_site.rows("race.u")) == (160, 160)


def test_a_writer_waits_for_nobody_who_has_not_committed(
    demo_site: Site, proxies: list[Proxy]
) -> None:
    demo_site.run("TRUNCATE race.t; TRUNCATE race.u")
    one, other = (proxy.connect(autocommit=False) for proxy in proxies)
    with one, other:
        for session in (one, other):
            session.execute("SET lock_timeout = '5s'")
        one.execute("INSERT INTO race.t VALUES (1)")
        other.execute("INSERT INTO race.u VALUES (1)")
        one.execute("INSERT INTO race.u VALUES (1)")
        other.execute("INSERT INTO race.t VALUES (1)")
        one.commit()
        other.commit()
    assert (demo_site.rows("race.t"), demo_site.rows("race.u")) == (2, 2)
