"""The account for those who only look on: it says what would be refused, and refuses nothing."""

import json

import pytest
from psycopg import sql as quoting
from witnessed import BASE, CAP, Place, Session, fill

pytestmark = pytest.mark.live


def account(
    session: Session, *, demo: tuple[int, ...] = (), lacked: tuple[int, ...] = ()
) -> dict[str, str | int] | None:
    """Return what the witness would refuse now; None when nothing."""
    ask = quoting.SQL("SELECT pgtoll.account({}, {}::int[], {}::int[])")
    row = session.execute(ask.format(CAP, list(demo), list(lacked))).fetchone()
    assert row is not None
    return dict(json.loads(row[0])) if row[0] else None


def over(place: Place, table: str) -> dict[str, str | int]:
    """What is said of a table over the cap."""
    return {"rule": "cap", "schema": place.schema, "table": table, "product": "base", "cap": CAP}


@pytest.mark.parametrize("isolation", ["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"])
def test_rows_over_the_cap_are_told_and_stay(place: Place, isolation: str) -> None:
    place.run("CREATE TABLE t (x int)")
    with place.session(autocommit=False) as session:
        session.execute(f"SET TRANSACTION ISOLATION LEVEL {isolation}".encode())
        session.execute(fill("t", CAP).encode())
        assert account(session, demo=(BASE,)) is None
        session.execute("INSERT INTO t VALUES (0)")
        assert account(session, demo=(BASE,)) == over(place, "t")
        assert account(session) is None
    assert place.rows("t") == CAP + 1


def test_a_serializable_transaction_reads_nothing_more(place: Place) -> None:
    place.run("CREATE TABLE t (x int)")
    with place.session(autocommit=False) as session:
        session.execute("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE")
        session.execute(fill("t", CAP + 1).encode())
        assert account(session, demo=(BASE,)) == over(place, "t")
        noted = session.execute(
            "SELECT count(*) FROM pg_locks WHERE mode = 'SIReadLock' AND relation = 't'::regclass"
        )
        assert noted.fetchall() == [(0,)]


def test_partitions_are_told_by_their_root(place: Place) -> None:
    place.run(
        "CREATE TABLE root (x int) PARTITION BY LIST (x)",
        "CREATE TABLE leaf PARTITION OF root DEFAULT",
    )
    for isolation in ("READ COMMITTED", "SERIALIZABLE"):
        with place.session(autocommit=False) as session:
            session.execute(f"SET TRANSACTION ISOLATION LEVEL {isolation}".encode())
            session.execute(fill("leaf", CAP + 1).encode())
            assert account(session, demo=(BASE,)) == over(place, "root")
            session.rollback()


def test_what_is_lacked_and_touched_is_told(place: Place) -> None:
    place.run('CREATE TABLE "MrktSecret" (x int)', "CREATE TABLE open (x int)")
    product = place.product("marketing", "mrkt%")
    with place.session(autocommit=False) as session:
        session.execute("SELECT * FROM open")
        assert account(session, lacked=(product,)) is None
        session.execute('SELECT * FROM "MrktSecret"')
        found = account(session, lacked=(product,))
    assert found is not None
    assert (found["rule"], found["table"], found["product"]) == (
        "watch",
        "MrktSecret",
        "marketing",
    )


def test_what_was_told_once_does_not_stand_against_the_next_transaction(place: Place) -> None:
    place.run("CREATE TABLE t (x int)")
    with place.session() as session:
        session.execute(f"{fill('t', CAP + 1)};SELECT pgtoll.account({CAP}, '{{0}}', '{{}}')")
        session.execute("SELECT")
        session.execute("BEGIN")
        session.execute("UPDATE t SET x = 0")
        assert account(session, demo=(BASE,)) is None


def test_it_locks_nothing_and_takes_no_transaction_id(place: Place) -> None:
    place.run("CREATE TABLE t (x int)", "CREATE TABLE other (x int)")
    with place.session(autocommit=False) as session:
        session.execute("SELECT * FROM t")
        account(session, demo=(BASE,), lacked=(BASE,))
        taken = session.execute(
            "SELECT pg_current_xact_id_if_assigned() IS NULL, (SELECT count(*) FROM pg_locks l"
            " WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation' AND l.relation >= 16384)"
        )
        assert taken.fetchall() == [(True, 1)]


def test_it_never_fails_a_transaction(place: Place) -> None:
    place.run("CREATE TABLE t (x int)")
    with place.session(autocommit=False) as session:
        session.execute("SET TRANSACTION READ ONLY")
        session.execute("SELECT * FROM t")
        assert account(session, lacked=(BASE,)) is not None
        refused = session.execute("SELECT pgtoll.account(NULL, NULL, NULL)").fetchall()
        assert refused == [(None,)]
