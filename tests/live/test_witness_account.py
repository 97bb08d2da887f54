"""The account for those who only look on: it says what would be refused, and refuses nothing."""

import json

import pytest
from psycopg import sql as quoting
from witnessed import BASE, CAP, Place, Session, fill

pytestmark = pytest.mark.live


Told = dict[str, str | int] | None


def account(
    session: Session,
    *,
    demo: tuple[int, ...] = (),
    lacked: tuple[int, ...] = (),
    noted: bool = False,
) -> Told:
    """Return what the witness would refuse now; None when nothing."""
    ask = quoting.SQL("SELECT pgtoll.account({}, {}::int[], {}::int[], {})")
    return told(session, ask.format(CAP, list(demo), list(lacked), noted))


def told(session: Session, ask: str | quoting.Composed) -> Told:
    """Return what a question of ours is answered."""
    row = session.execute(ask.encode() if isinstance(ask, str) else ask).fetchone()
    assert row is not None
    return dict(json.loads(row[0])) if row[0] else None


def glance(count: int, *, lacked: int = BASE, committed: bool = False) -> str:
    """Return the question behind what was proven when DDL had come so far."""
    return (
        f"SELECT pgtoll.glance({count}, '{{}}', {CAP}, '{{}}', ARRAY[{lacked}],"
        f" {str(committed).lower()})"
    )


def behind_commit(*, demo: str = "", lacked: str = "") -> str:
    """Return the question behind a commit in the same text."""
    return f"SELECT pgtoll.account_committed({CAP}, '{{{demo}}}', '{{{lacked}}}')"


def last_told(session: Session, text: str) -> Told:
    """Run a text and return what its last statement, which is a question of ours, is answered."""
    cursor = session.execute(text.encode())
    while cursor.nextset():
        pass
    row = cursor.fetchone()
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


@pytest.mark.since15
def test_what_was_told_once_does_not_stand_against_the_next_transaction(place: Place) -> None:
    place.run("CREATE TABLE t (x int)")
    with place.session() as session:
        session.execute(
            f"{fill('t', CAP + 1)};SELECT pgtoll.account({CAP}, '{{0}}', '{{}}', false)"
        )
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
        refused = session.execute("SELECT pgtoll.account(NULL, NULL, NULL, NULL)").fetchall()
        assert refused == [(None,)]


DEFERRED = (
    "CREATE TABLE calm (x int)",
    "CREATE TABLE secret (x int)",
    "INSERT INTO secret VALUES (1)",
    "CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS"
    " 'BEGIN UPDATE secret SET x = x + 1; RETURN NULL; END'",
    "CREATE CONSTRAINT TRIGGER t AFTER INSERT ON calm DEFERRABLE INITIALLY DEFERRED"
    " FOR EACH ROW EXECUTE FUNCTION late()",
)


@pytest.mark.since15
def test_what_a_commit_has_run_is_told_behind_it(place: Place) -> None:
    place.run(*DEFERRED)
    product = place.product("vault", "secret")
    with place.session() as session:
        question = behind_commit(lacked=str(product))
        found = last_told(session, f"BEGIN; INSERT INTO calm VALUES (1); COMMIT; {question}")
        assert found is not None
        assert (found["rule"], found["table"]) == ("watch", "secret")
        session.execute("SELECT pg_stat_force_next_flush()")
        assert last_told(session, f"BEGIN; TABLE calm; COMMIT; {question}") is None


def test_rows_are_told_behind_a_commit(place: Place) -> None:
    place.run("CREATE TABLE t (x int)")
    with place.session() as session:
        text = f"BEGIN; {fill('t', CAP + 1)}; COMMIT; {behind_commit(demo=str(BASE))}"
        assert last_told(session, text) == over(place, "t")


def test_what_was_proven_is_told_only_if_the_catalog_has_changed(place: Place) -> None:
    place.run("CREATE TABLE t (x int)", "INSERT INTO t VALUES (1)")
    count = int(str(place.value("SELECT last_value FROM pgtoll.ddl_count")))
    with place.session(autocommit=False) as session:
        session.execute("TABLE t")
        assert told(session, glance(count)) is None
        place.run("CREATE VIEW v AS SELECT")
        found = told(session, glance(count))
        assert found is not None
        assert (found["rule"], found["table"]) == ("watch", "t")
        session.commit()
        found = last_told(session, f"UPDATE t SET x = 2; COMMIT; {glance(count, committed=True)}")
        assert found is not None
        assert found["table"] == "t"


def test_code_left_to_upkeep_is_told_in_the_words_of_the_witness(place: Place) -> None:
    place.run(
        "CREATE TABLE t (x int)",
        "CREATE FUNCTION odd(x int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS"
        " 'BEGIN RETURN x; END'",
    )
    product = place.product("vault", "secret")
    with place.session(autocommit=False) as session:
        session.execute(f"SELECT pgtoll.note(ARRAY[{product}], false)".encode())
        assert account(session, lacked=(product,), noted=True) is None
        session.execute("CREATE INDEX ON t (odd(x))")
        assert account(session, lacked=(product,)) is None
        found = account(session, lacked=(product,), noted=True)
    assert found is not None
    assert (found["rule"], found["sqlstate"]) == ("unsure", "42501")


# Whatever reads for it after that, the session itself cannot tell.
HAVE_A_WORKER = """
SELECT set_config(name, 'on', false) FROM pg_settings
  WHERE name IN ('force_parallel_mode', 'debug_parallel_query');
SELECT count(*) FROM secret;
SELECT set_config(name, 'off', false) FROM pg_settings
  WHERE name IN ('force_parallel_mode', 'debug_parallel_query')
"""


@pytest.mark.parametrize("ahead", [False, True])
@pytest.mark.since15
def test_statistics_read_in_a_part_that_is_rolled_back_are_told(place: Place, ahead: bool) -> None:
    place.run("CREATE TABLE secret (x text)", "INSERT INTO secret VALUES ('a'), ('a')")
    place.run("ANALYZE secret")
    product = place.product("vault", "secret")
    note = f"SELECT pgtoll.note(ARRAY[{product}], {str(ahead).lower()})".encode()
    with place.session(autocommit=ahead) as session:
        session.execute(note)
        if ahead:
            session.execute("BEGIN")
        assert account(session, lacked=(product,), noted=True) is None
        session.execute(
            "DO $$ BEGIN PERFORM most_common_vals FROM pg_stats; RAISE division_by_zero;"
            " EXCEPTION WHEN division_by_zero THEN NULL; END $$"
        )
        found = account(session, lacked=(product,), noted=True)
    assert found is not None
    assert (found["rule"], found["sqlstate"]) == ("unsure", "40001")


@pytest.mark.since15
def test_what_the_session_itself_has_read_before_is_nobody_elses(place: Place) -> None:
    place.run("CREATE TABLE secret (x text)", "INSERT INTO secret VALUES ('a')", "ANALYZE secret")
    product = place.product("vault", "secret")
    with place.session() as session:
        session.execute(HAVE_A_WORKER.encode())
        # Counts go to everybody's once a second at most: those of the note at its own end.
        session.execute("SELECT pg_sleep(1.1), count(*) FROM secret")
        session.execute(
            f"SELECT pgtoll.note(ARRAY[{product}], true, 7, ARRAY[]::bigint[])".encode()
        )
        session.execute("BEGIN")
        session.execute("CREATE FUNCTION f() RETURNS int PARALLEL SAFE LANGUAGE sql AS 'SELECT 1'")
        session.execute("SELECT pg_sleep(0.01)")
        assert account(session, lacked=(product,), noted=True) is None


def test_where_nothing_is_counted_rows_are_told_before_the_commit(place: Place) -> None:
    place.run("CREATE TABLE t (x int)")
    ask = f"SELECT pgtoll.glance_at_rows({CAP}, ARRAY[{BASE}])"
    with place.session(autocommit=False) as session:
        session.execute(fill("t", CAP + 1).encode())
        assert told(session, ask) is None
        session.execute("SET LOCAL track_counts = off")
        assert told(session, ask) == over(place, "t")


def test_the_server_compiles_nothing_for_us(place: Place) -> None:
    text = (
        "SELECT array_agg(p.proname ORDER BY 1) FROM pg_proc p"
        " WHERE p.pronamespace = 'pgtoll'::regnamespace AND 'jit=off' = ANY (p.proconfig)"
    )
    noting = ["before_watch"] * 2 + ["forget"] + ["note"] * 2  # the older of two for older proxies
    assert place.value(text) == ["account", "account_committed", *noting, "settled", "watched"]
