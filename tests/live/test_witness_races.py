"""The cap is exact whoever writes at the same time, and nobody deadlocks because of it."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

import psycopg
import pytest
from psycopg import errors
from witnessed import BASE, Place, capped, check

pytestmark = pytest.mark.live

THREADS = 16
MANY = 1000


def together(work: Callable[[int], int]) -> list[int]:
    """Run the work in so many threads that start at the same moment, and return what each says."""
    barrier = threading.Barrier(THREADS)

    def one(number: int) -> int:
        barrier.wait()
        return work(number)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(one, range(THREADS)))


@contextmanager
def unless_full(accepted: list[int], rows: int) -> Iterator[None]:
    """Note how many rows the context inserts, none when the witness says that the table is full."""
    try:
        yield
    except psycopg.DatabaseError as exc:
        if exc.sqlstate != "TOLL1":
            raise
    else:
        accepted.append(rows)


def test_a_thousand_rows_and_not_one_more(place: Place) -> None:
    place.run(
        "CREATE TABLE t (x int, y int)", "INSERT INTO t SELECT -1, 0 FROM generate_series(1, 800)"
    )

    def insert(number: int) -> int:
        accepted: list[int] = []
        with place.session() as session:
            for y in range(20):
                with unless_full(accepted, 1):
                    capped(session, f"INSERT INTO t VALUES ({number}, {y})", cap=MANY)
        return sum(accepted)

    assert sum(together(insert)) == 200
    assert place.rows("t") == MANY


def test_rows_that_fit_are_never_refused(place: Place) -> None:
    place.run("CREATE TABLE t (x int)")

    def insert_and_delete(number: int) -> int:
        with place.session() as session:
            for _ in range(15):
                capped(session, f"INSERT INTO t VALUES ({number})", cap=THREADS)
                capped(session, f"DELETE FROM t WHERE x = {number}", cap=THREADS)
        return 1

    assert sum(together(insert_and_delete)) == THREADS


def test_explicit_transactions_some_of_which_roll_back(place: Place) -> None:
    place.run("CREATE TABLE t (x int)")
    end = check(cap=100, demo=(BASE,)).encode()

    def insert(number: int) -> int:
        accepted: list[int] = []
        with place.session() as session:
            for turn in range(10):
                undo = turn % 3 == 0
                with (
                    unless_full(accepted, 0 if undo else 2),
                    session.transaction(force_rollback=undo),
                ):
                    session.execute("INSERT INTO t VALUES (1), (2)")
                    session.execute("SAVEPOINT s")
                    session.execute("INSERT INTO t VALUES (3)")
                    session.execute("ROLLBACK TO s")
                    session.execute(end)
        return sum(accepted)

    assert sum(together(insert)) == place.rows("t") == min(100, THREADS * 6 * 2)


def test_tables_filled_in_opposite_order_do_not_deadlock(place: Place) -> None:
    place.run("CREATE TABLE a (x int)", "CREATE TABLE b (x int)")
    end = check(cap=MANY, demo=(BASE,)).encode()
    middle = check(cap=MANY, demo=(BASE,), final=False).encode()

    def insert(number: int) -> int:
        tables = ("a", "b") if number % 2 else ("b", "a")
        with place.session() as session:
            for _ in range(10):
                with session.transaction():
                    for table in tables:
                        session.execute(f"INSERT INTO {table} VALUES ({number})".encode())
                        session.execute(middle)
                    session.execute(end)
        return 10

    assert sum(together(insert)) == place.rows("a") == place.rows("b")


@pytest.mark.parametrize("isolation", ["repeatable read", "serializable"])
def test_old_snapshots_are_exact_too(place: Place, isolation: str) -> None:
    place.run("CREATE TABLE t (x int)")

    def insert(number: int) -> int:
        accepted: list[int] = []
        with place.session() as session:
            session.execute(f"SET default_transaction_isolation = '{isolation}'".encode())
            for _ in range(20):
                with suppress(errors.SerializationFailure), unless_full(accepted, 1):
                    capped(session, f"INSERT INTO t VALUES ({number})", cap=50)
        return sum(accepted)

    assert sum(together(insert)) == place.rows("t") <= 50
