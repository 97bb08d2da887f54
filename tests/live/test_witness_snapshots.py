"""Tables that change while a transaction looks at an older snapshot of them."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from psycopg import errors
from witnessed import BASE, CAP, Place, Session, capped, check, fill, full

pytestmark = pytest.mark.live

LEVELS = ["REPEATABLE READ", "SERIALIZABLE"]


@contextmanager
def looking_back(place: Place, level: str = LEVELS[0]) -> Iterator[Session]:
    """A transaction that has its snapshot."""
    with place.session() as session:
        session.execute(f"BEGIN ISOLATION LEVEL {level}".encode())
        session.execute("SELECT 1")
        yield session
        session.execute("ROLLBACK")


@contextmanager
def to_be_tried_again() -> Iterator[None]:
    with pytest.raises(errors.SerializationFailure):
        yield


def fills(session: Session, table: str, rows: int, *, demo: int = BASE) -> None:
    """Insert rows, and count them as at the end of the transaction."""
    session.execute(fill(table, rows).encode())
    session.execute(check(demo=(demo,)).encode())


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("sql", ["ALTER x TYPE bigint", "SET UNLOGGED"])
def test_rows_that_were_written_anew(place: Place, sql: str, level: str) -> None:
    place.run("CREATE TABLE t (x int)", fill("t", 800))
    with looking_back(place, level) as session:
        place.run(f"ALTER TABLE t {sql}")
        with to_be_tried_again():
            session.execute(b"INSERT INTO t VALUES (1)")
            session.execute(check(cap=900, demo=(BASE,)).encode())


def test_a_partition_that_was_written_anew_beside(place: Place) -> None:
    place.run(
        "CREATE TABLE root (x int) PARTITION BY RANGE (x)",
        "CREATE TABLE low PARTITION OF root FOR VALUES FROM (0) TO (1000)",
        "CREATE TABLE high PARTITION OF root FOR VALUES FROM (1000) TO (9999)",
        fill("low", 800),
    )
    with looking_back(place) as session:
        place.run("ALTER TABLE low SET UNLOGGED")
        with to_be_tried_again():
            session.execute(b"INSERT INTO high VALUES (1000)")
            session.execute(check(cap=900, demo=(BASE,)).encode())


def test_a_part_of_a_transaction_that_wrote_it_anew(place: Place) -> None:
    place.run("CREATE TABLE t (x int)", fill("t", 800))
    with place.session(autocommit=False) as other:
        other.execute("SAVEPOINT s")
        other.execute("ALTER TABLE t ALTER x TYPE bigint")
        with looking_back(place) as session:
            other.commit()
            with to_be_tried_again():
                session.execute(b"INSERT INTO t VALUES (1)")
                session.execute(check(cap=900, demo=(BASE,)).encode())


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE mrktnew (x int)",
        "ALTER TABLE free RENAME TO mrktnew",
        "ALTER TABLE free INHERIT mrktparent; ALTER TABLE free RENAME TO mrktnew",
    ],
)
def test_a_table_that_got_its_name_meanwhile(place: Place, sql: str) -> None:
    product = place.product("mrkt", "mrkt%")
    place.run("CREATE TABLE free (x int)", "CREATE TABLE mrktparent (x int)")
    with looking_back(place) as session:
        place.run(sql)
        with to_be_tried_again():
            fills(session, "mrktnew", CAP + 1, demo=product)


def test_tables_that_got_a_capped_parent_meanwhile(place: Place) -> None:
    product = place.product("mrkt", "mrkt%")
    place.run(
        "CREATE TABLE mrktroot (x int) PARTITION BY RANGE (x)",
        "CREATE TABLE part (x int)",
        "CREATE TABLE mrktparent (x int)",
        "CREATE TABLE child (x int)",
    )
    for table, sql in (
        ("part", "ALTER TABLE mrktroot ATTACH PARTITION part DEFAULT"),
        ("child", "ALTER TABLE child INHERIT mrktparent"),
    ):
        with looking_back(place) as session:
            place.run(sql)
            with to_be_tried_again():
                fills(session, table, CAP + 1, demo=product)


def test_rows_from_before_a_table_is_capped(place: Place) -> None:
    product = place.product("mrkt", "mrkt%")
    place.run("CREATE TABLE free (x int)")
    with looking_back(place) as session:
        place.run(fill("free", CAP + 1))
        session.execute("ALTER TABLE free RENAME TO mrktfree")
        with pytest.raises(errors.InsufficientPrivilege, match="old snapshot"):
            session.execute(check(demo=(product,)).encode())


def test_what_has_not_changed_is_counted_by_any_snapshot(place: Place) -> None:
    place.run("CREATE TABLE t (x int)", fill("t", CAP - 2), "ANALYZE t", "VACUUM t")
    with place.session(autocommit=False) as other:
        other.execute("ALTER TABLE t ALTER x TYPE bigint")
        other.rollback()
    for level in LEVELS:
        with looking_back(place, level) as session:
            place.run("ANALYZE t", "VACUUM t")
            fills(session, "t", 2)
            session.execute("COMMIT")
            with full("t"):
                capped(session, fill("t", 1))
        place.run("DELETE FROM t WHERE ctid IN (SELECT ctid FROM t LIMIT 2)")


def test_a_table_of_ones_own_transaction(place: Place) -> None:
    product = place.product("mrkt", "mrkt%")
    with looking_back(place) as session:
        session.execute("CREATE TABLE mrktmade (x int)")
        session.execute("ALTER TABLE mrktmade ADD y int")
        fills(session, "mrktmade (x)", CAP, demo=product)
        session.execute("ALTER TABLE mrktmade RENAME TO mrktdone")
        session.execute(check(demo=(product,)).encode())
        session.execute("COMMIT")
    assert place.rows("mrktdone") == CAP
