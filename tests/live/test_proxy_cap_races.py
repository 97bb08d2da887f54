"""Demo mode under contention: clients of three proxies, which die now and then, and one seat.

Whoever is refused rows while nobody deletes counts the committed rows at once, and would see too
few after a wrong refusal; while rows come and go, everybody together stays below the cap, and
nobody may be refused. PGTOLL_TEST_SECONDS says for how long; `make race` takes minutes.
"""

import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from proxies import Proxy, Site, running_proxy, running_site
from racing.run import Terms, race
from racing.tally import CAP, Tally
from servers import Postgres

pytestmark = pytest.mark.live

SECONDS = float(os.environ.get("PGTOLL_TEST_SECONDS", "5"))


@pytest.fixture(scope="module")
def proxies(demo_site: Site) -> Iterator[list[Proxy]]:
    """Two proxies of one database in demo mode."""
    demo_site.run(
        "CREATE SCHEMA race; CREATE TABLE race.t (x int); CREATE TABLE race.u (x int);"
        "CREATE TABLE race.p (x int) PARTITION BY LIST (x);"
        "CREATE TABLE race.p0 PARTITION OF race.p FOR VALUES IN (0);"
        "CREATE TABLE race.p1 PARTITION OF race.p FOR VALUES IN (1);"
        "GRANT ALL ON SCHEMA race TO PUBLIC; GRANT ALL ON ALL TABLES IN SCHEMA race TO PUBLIC"
    )
    with running_proxy(demo_site.database, demo_site.trust) as other:
        yield [demo_site.proxy, other]
    demo_site.run("DROP SCHEMA race CASCADE")


@pytest.mark.timeout(300 + 4 * SECONDS)
@pytest.mark.parametrize("server", ["postgres", "postgres15"])
def test_everybody_at_once(request: pytest.FixtureRequest, server: str, tmp_path: Path) -> None:
    postgres: Postgres = request.getfixturevalue(server)
    with running_site(postgres, tmp_path, licensed=False) as site:
        tally = race(site, Terms(SECONDS, pause=2.0, churning=3.0))
    assert tally.over == 0
    # Before PostgreSQL 15 some ways are refused to who lacks a product: they run unread code.
    assert tally.wrong == [] or postgres.version < 150000
    assert tally.counts["kills"] > 0
    assert tally.counts["two phases"] > 0
    assert max(tally.most.values()) == CAP


def test_what_must_not_happen_is_counted() -> None:
    tally = Tally()
    tally.saw("race.plain", CAP + 3)
    tally.complain("wrong refusals", "1 into race.plain that had 7")
    tally.guard(int, "none")
    assert "rows over: 3, wrong refusals: 1, " in tally.summary()
    assert len(tally.wrong) == 2


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


@pytest.mark.parametrize("prepare", [False, True], ids=["simple", "extended"])
def test_partitions_are_emptied_and_filled_side_by_side(
    demo_site: Site, proxies: list[Proxy], prepare: bool
) -> None:
    demo_site.settle(proxies[0])
    demo_site.settle(proxies[1])
    barrier = threading.Barrier(2)

    def fill(number: int) -> None:
        with proxies[number].connect() as session:
            barrier.wait()
            for _ in range(10):
                with session.transaction():
                    session.execute(f"TRUNCATE ONLY race.p{number}".encode(), prepare=prepare)
                    rows = f"INSERT INTO race.p{number} SELECT {number} FROM generate_series(1, %s)"
                    session.execute(rows.encode(), [CAP // 2])

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(fill, range(2))) == [None] * 2
    assert demo_site.rows("race.p") == CAP
