"""Demo mode inside transactions: what is undone does not count, and a refusal aborts as it must."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from proxies import Person, Session, Site
from psycopg import errors
from psycopg.pq import TransactionStatus

pytestmark = pytest.mark.live

CAP = 1000
BEFORE = 990
TABLES = """
CREATE TABLE t (x int);
CREATE TABLE parent (x int);
CREATE FUNCTION add_row() RETURNS trigger LANGUAGE plpgsql
  AS 'BEGIN INSERT INTO t VALUES (NEW.x); RETURN NULL; END';
CREATE CONSTRAINT TRIGGER later AFTER INSERT ON parent DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION add_row();
CREATE PROCEDURE committing(n int) LANGUAGE plpgsql AS
  'BEGIN FOR i IN 1 .. n LOOP INSERT INTO t VALUES (1000 + i); COMMIT; END LOOP; END';
INSERT INTO t SELECT generate_series(1, 990)
"""


@pytest.fixture(scope="module", params=["demo_site", "demo_site15"])
def demo(request: pytest.FixtureRequest) -> Person:
    """Somebody in demo mode, on the newest server and on the oldest."""
    site: Site = request.getfixturevalue(request.param)
    person = Person(site, site.alice, schema="cap_tx")
    person.clean(TABLES)
    return person


@pytest.fixture
def session(demo: Person) -> Iterator[Session]:
    """A session of that person's with a transaction begun, and room for ten rows."""
    demo.site.run("DELETE FROM cap_tx.t WHERE x NOT BETWEEN 1 AND 990; TRUNCATE cap_tx.parent")
    with demo.connect(autocommit=False) as session:
        yield session


def insert(session: Session, rows: int, table: str = "t", *, prepare: bool | None = None) -> None:
    sql = f"INSERT INTO {table} SELECT generate_series(1001, %s)"
    session.execute(sql.encode(), [1000 + rows], prepare=prepare)


@contextmanager
def full(session: Session, status: TransactionStatus, table: str = "t") -> Iterator[None]:
    """Expect that a table is full, and the transaction in this state afterwards."""
    with pytest.raises(errors.ConfigurationLimitExceeded) as caught:
        yield
    assert caught.value.diag.table_name == table
    assert session.info.transaction_status == status


def status_of(session: Session) -> TransactionStatus:
    return session.info.transaction_status


def rows(demo: Person, table: str = "t") -> int:
    return demo.site.rows(f"cap_tx.{table}")


def test_a_refusal_aborts_the_transaction(demo: Person, session: Session) -> None:
    insert(session, 10)
    with full(session, TransactionStatus.INERROR):
        insert(session, 1)
    with pytest.raises(errors.InFailedSqlTransaction):
        session.execute("SELECT 1")
    session.execute("COMMIT")
    assert status_of(session) is TransactionStatus.IDLE
    assert rows(demo) == BEFORE
    insert(session, 10)
    session.commit()
    assert rows(demo) == CAP


@pytest.mark.parametrize("prepare", [False, True])
def test_a_savepoint_saves_what_came_before(demo: Person, session: Session, prepare: bool) -> None:
    insert(session, 6, prepare=prepare)
    session.execute("SAVEPOINT s")
    with full(session, TransactionStatus.INERROR):
        insert(session, 5, prepare=prepare)
    session.execute("ROLLBACK TO s")
    insert(session, 4, prepare=prepare)
    session.execute("RELEASE s")
    session.commit()
    assert rows(demo) == CAP


def test_what_a_savepoint_undoes_does_not_count(demo: Person, session: Session) -> None:
    for _ in range(5):
        session.execute("SAVEPOINT s")
        insert(session, 10)
        session.execute("ROLLBACK TO s")
        session.execute("RELEASE s")
    insert(session, 10)
    session.commit()
    assert rows(demo) == CAP


def test_what_a_savepoint_releases_counts(demo: Person, session: Session) -> None:
    session.execute("SAVEPOINT s")
    insert(session, 10)
    session.execute("RELEASE s")
    with full(session, TransactionStatus.INERROR):
        insert(session, 1)


def test_what_is_rolled_back_does_not_count(demo: Person, session: Session) -> None:
    for _ in range(5):
        insert(session, 10)
        session.rollback()
    insert(session, 10)
    session.commit()
    assert rows(demo) == CAP


def test_deleting_makes_room_in_the_same_transaction(demo: Person, session: Session) -> None:
    session.execute("DELETE FROM t WHERE x <= 5")
    insert(session, 15)
    with full(session, TransactionStatus.INERROR):
        insert(session, 1)
    session.rollback()
    session.execute("DELETE FROM t WHERE x <= 5")
    insert(session, 15)
    session.commit()
    assert rows(demo) == CAP
    demo.site.run("INSERT INTO cap_tx.t SELECT generate_series(1, 5)")
    demo.site.run("DELETE FROM cap_tx.t WHERE x > 1000")


def test_truncating_makes_room(demo: Person, session: Session) -> None:
    session.execute("TRUNCATE t")
    session.execute("INSERT INTO t SELECT generate_series(1, 1000)")
    with full(session, TransactionStatus.INERROR):
        insert(session, 1)
    session.rollback()
    assert rows(demo) == BEFORE


@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_a_transaction_with_one_snapshot_is_counted(
    demo: Person, session: Session, level: str
) -> None:
    session.execute(f"SET TRANSACTION ISOLATION LEVEL {level}".encode())
    insert(session, 10)
    session.commit()
    session.execute(f"SET TRANSACTION ISOLATION LEVEL {level}".encode())
    with full(session, TransactionStatus.INERROR):
        insert(session, 1)
    session.rollback()
    assert rows(demo) == CAP


@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_a_snapshot_that_misses_others_rows_fails_to_serialize(
    demo: Person, session: Session, level: str
) -> None:
    session.execute(f"SET TRANSACTION ISOLATION LEVEL {level}".encode())
    session.execute("SELECT count(*) FROM t")
    with demo.connect() as other:
        insert(other, 10)
    with pytest.raises((errors.SerializationFailure, errors.ConfigurationLimitExceeded)):
        insert_and_commit(session, 10)
    session.rollback()
    assert rows(demo) == CAP


def insert_and_commit(session: Session, rows: int) -> None:
    insert(session, rows)
    session.commit()


def test_two_transactions_share_the_room(demo: Person, session: Session) -> None:
    with demo.connect(autocommit=False) as other:
        insert(session, 6)
        insert(other, 6)
        session.commit()
        with full(other, TransactionStatus.IDLE):
            other.commit()
    assert rows(demo) == BEFORE + 6


def test_what_is_deferred_to_commit_is_counted(demo: Person, session: Session) -> None:
    insert(session, 11, "parent")
    with full(session, TransactionStatus.IDLE):
        session.commit()
    assert (rows(demo), rows(demo, "parent")) == (BEFORE, 0)
    insert(session, 10, "parent")
    session.commit()
    assert (rows(demo), rows(demo, "parent")) == (CAP, 10)


@pytest.mark.parametrize("prepare", [False, True])
def test_what_is_deferred_is_counted_without_a_transaction(
    demo: Person, session: Session, prepare: bool
) -> None:
    session.autocommit = True
    with full(session, TransactionStatus.IDLE):
        insert(session, 11, "parent", prepare=prepare)
    assert (rows(demo), rows(demo, "parent")) == (BEFORE, 0)
    insert(session, 10, "parent", prepare=prepare)
    assert rows(demo) == CAP


def test_a_prepared_transaction_is_counted_when_it_is_prepared(
    demo: Person, session: Session
) -> None:
    session.autocommit = True
    session.execute("BEGIN")
    insert(session, 10)
    session.execute("PREPARE TRANSACTION 'capped'")
    session.execute("COMMIT PREPARED 'capped'")
    assert rows(demo) == CAP
    session.execute("BEGIN")
    with full(session, TransactionStatus.INERROR):
        insert(session, 1)


def test_a_chained_transaction_is_counted(demo: Person, session: Session) -> None:
    insert(session, 10)
    session.execute("COMMIT AND CHAIN")
    assert status_of(session) is TransactionStatus.INTRANS
    with full(session, TransactionStatus.INERROR):
        insert(session, 1)
    session.execute("ROLLBACK AND CHAIN")
    assert status_of(session) is TransactionStatus.INTRANS
    session.rollback()
    assert rows(demo) == CAP


def test_no_procedure_commits_a_row_over_the_cap(demo: Person, session: Session) -> None:
    session.autocommit = True
    with pytest.raises(psycopg.Error):
        session.execute("CALL committing(11)")
    assert rows(demo) <= CAP


def test_temporary_tables_are_not_capped(demo: Person, session: Session) -> None:
    session.execute("CREATE TEMPORARY TABLE mine (x int)")
    insert(session, 1500, "mine")
    session.execute("CREATE TEMPORARY TABLE copied AS SELECT * FROM mine")
    session.execute("CREATE TEMPORARY TABLE t (x int)")
    insert(session, 1500)
    session.commit()
    assert session.execute("SELECT count(*) FROM mine").fetchone() == (1500,)
    assert session.execute("SELECT count(*) FROM t").fetchone() == (1500,)
    assert rows(demo) == BEFORE


def test_a_table_over_the_cap_can_do_all_but_grow(demo: Person, session: Session) -> None:
    demo.site.run("INSERT INTO cap_tx.t SELECT 1000 + generate_series(1, 510)")
    session.autocommit = True
    assert session.execute("SELECT count(*) FROM t").fetchone() == (1500,)
    assert session.execute("UPDATE t SET x = x + 0").rowcount == 1500
    with full(session, TransactionStatus.IDLE):
        insert(session, 1)
    assert session.execute("DELETE FROM t WHERE x BETWEEN 1001 AND 1005").rowcount == 5
    with full(session, TransactionStatus.IDLE):
        insert(session, 1)
    session.execute("DELETE FROM t WHERE x > 1000")
    insert(session, 10)
    assert rows(demo) == CAP
